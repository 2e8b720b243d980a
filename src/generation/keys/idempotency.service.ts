import { Injectable } from '@nestjs/common';
import { retry } from '../../../libs/async/index.js';
import { AppError, isCode } from '../../../libs/errors/index.js';
import { type AskIds, IdempotencyKeys, type KeyRecord } from './idempotency-keys.js';

/** How long a question may take to be accepted: a little longer than a call to MongoDB is repeated. */
export const ACCEPT_MS = 16_000;
/**
 * How a repeat waits for the first one: it looks soon, then less and less often, because after an outage many wait, for a
 * store that is just back.
 */
const WHILE_IN_PROGRESS = {
  again: (error: unknown) => isCode(error, 'idempotency_in_progress'),
  ...{ pauseMs: 50, longestPauseMs: 1000, forMs: 10_000 },
};

export interface Key {
  userId: string;
  key: string;
  fingerprint: string;
}

/** What a key says of a question: it was accepted, it is ours to accept with these ids, or nothing. */
export type KeyState = { accepted: AskIds } | { takenOver: AskIds } | null;

/** Idempotency keys at work (draft-ietf-httpapi-idempotency-key-header). */
@Injectable()
export class Idempotency {
  constructor(private readonly keys: IdempotencyKeys) {}

  /**
   * What stands under a key. Where its first use is still being accepted, waits for it; where that one was given up,
   * takes it over. Errors: `idempotency_mismatch` (422), `idempotency_in_progress` (409).
   */
  state(key: Key): Promise<KeyState> {
    return retry(() => this.stateNow(key), WHILE_IN_PROGRESS);
  }

  /** Takes the key for these ids. False: somebody was faster; ask for its `state`. */
  async claim(key: Key, ids: AskIds): Promise<boolean> {
    return (await this.keys.claim(key.userId, key.key, key.fingerprint, ids)) === null;
  }

  async accept(key: Key, ids: AskIds): Promise<void> {
    await this.keys.accept(key.userId, key.key, ids.messageId);
  }

  /** A refused question keeps no key. */
  async free(key: Key, ids: AskIds): Promise<void> {
    await this.keys.free(key.userId, key.key, ids.messageId);
  }

  private async stateNow(key: Key): Promise<KeyState> {
    const record = await this.keys.get(key.userId, key.key);
    if (!record) return null;
    this.requireSame(record, key);
    if (record.accepted) return { accepted: record.ids };
    if (record.ageMs > ACCEPT_MS && (await this.keys.takeOver(key.userId, key.key, ACCEPT_MS))) {
      return { takenOver: record.ids };
    }
    throw new AppError('idempotency_in_progress', 409, 'The first request with this key is still being accepted.', {
      retryAfterSeconds: 1,
    });
  }

  private requireSame(record: KeyRecord, key: Key): void {
    if (record.fingerprint === key.fingerprint) return;
    throw new AppError('idempotency_mismatch', 422, 'This Idempotency-Key was used with another request.');
  }
}
