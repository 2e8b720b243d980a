/** A place that somebody holds. `sinceMs`: how long ago it was taken or renewed. */
export interface Lease {
  holder: string;
  id: string;
  sinceMs: number;
}

/**
 * Places held for a time: at most `limit` per holder (a user), each named by an `id` (a message).
 * A lease ends when it is freed, or `LEASE_LIFE_MS` after it was last taken. Atomic over all instances.
 * Rejects with `dependency_down` where the backend does not answer.
 */
export abstract class Leases {
  /** Takes a place. True if there was one, or if `id` holds one already (which renews it); false leaves nothing behind. */
  abstract take(holder: string, id: string, limit: number): Promise<boolean>;

  /** Makes a held lease new again; one that is not held stays so. */
  abstract renew(holder: string, id: string): Promise<void>;

  /** Frees a place; any number of times. */
  abstract free(holder: string, id: string): Promise<void>;

  /** How many places the holder has taken. */
  abstract count(holder: string): Promise<number>;

  /** Leases of all holders that were taken or renewed at least so long ago, oldest first, at most `limit`. */
  abstract olderThan(ms: number, limit: number): Promise<Lease[]>;

  /** Any number of times. Frees nothing. */
  abstract close(): Promise<void>;
}

/** 24 hours. */
export const LEASE_LIFE_MS = 86_400_000;
