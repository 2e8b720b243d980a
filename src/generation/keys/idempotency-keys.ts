/** The ids that an ask made before anything else; a repeat goes on with the same. */
export interface AskIds {
  conversationId: string;
  userMessageId: string;
  messageId: string;
}

export interface KeyRecord {
  userId: string;
  key: string;
  /** Hash of the request, to tell a repeat from another request under the same key. */
  fingerprint: string;
  ids: AskIds;
  /** False while the first is still being accepted. */
  accepted: boolean;
  /** ms since it was claimed, by the store's clock. */
  ageMs: number;
}

/** 24 hours. */
export const KEY_LIFE_MS = 86_400_000;

/**
 * Idempotency keys (draft-ietf-httpapi-idempotency-key-header): per user, kept `KEY_LIFE_MS` from the claim; one that is
 * older is treated as absent. Each method is atomic. Rejects with `dependency_down` where the backend does not answer.
 */
export abstract class IdempotencyKeys {
  /** Takes the key. Null: it is now ours. Else what stands under it. */
  abstract claim(userId: string, key: string, fingerprint: string, ids: AskIds): Promise<KeyRecord | null>;

  /** What stands under a key; null where nothing does. */
  abstract get(userId: string, key: string): Promise<KeyRecord | null>;

  /**
   * Takes over a claim that was never accepted and is at least `minAgeMs` old: its age begins anew. True for exactly one
   * of several callers.
   */
  abstract takeOver(userId: string, key: string, minAgeMs: number): Promise<boolean>;

  /** The ask was accepted. Only where the key still names this message. */
  abstract accept(userId: string, key: string, messageId: string): Promise<void>;

  /**
   * Frees the key, only where it still names this message and was not accepted; with `minAgeMs` (0) only where nobody took
   * it over so lately.
   */
  abstract free(userId: string, key: string, messageId: string, minAgeMs?: number): Promise<void>;

  /** Claims never accepted and at least so old, oldest first. For the sweep. */
  abstract unaccepted(olderThanMs: number, limit: number): Promise<KeyRecord[]>;

  /** Drops all keys of a user. For deleting an account. */
  abstract removeByUser(userId: string): Promise<void>;

  /** Drops what is older than 24 h, where the backend does not by itself. */
  abstract prune(): Promise<void>;
}
