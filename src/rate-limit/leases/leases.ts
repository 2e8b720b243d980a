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

  /** Whether this place is held. */
  abstract holds(holder: string, id: string): Promise<boolean>;

  /** How many places the holder has taken. */
  abstract count(holder: string): Promise<number>;

  /** Leases of all holders that were taken or renewed at least so long ago, oldest first, at most `limit`. */
  abstract olderThan(ms: number, limit: number): Promise<Lease[]>;

  /** Any number of times. Frees nothing. */
  abstract close(): Promise<void>;
}

/** 24 hours. */
export const LEASE_LIFE_MS = 86_400_000;

/**
 * The places of programs' calls, named by the call. No row stands behind them, so the process that holds the connection
 * renews them every `CALL_RENEW_MS`, and what nobody renews ends by itself `CALL_LEASE_LIFE_MS` after. A set of their own:
 * whatever sweeps the places of answers, in an older build too, would free each of them.
 */
export abstract class CallLeases extends Leases {}

export const CALL_LEASE_LIFE_MS = 30_000;
export const CALL_RENEW_MS = 10_000;
