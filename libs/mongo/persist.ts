import { retry, type RetryPolicy, within } from '../async/index.js';
import { isAway, RetryableError } from './mongo-errors.js';

/** Until another primary is elected. */
const ELECTION: RetryPolicy = { again: isAway, pauseMs: 20, longestPauseMs: 500 };

/**
 * Does `work` again while the database is away, up to `forMs`. The driver by itself does not repeat most writes after a
 * primary's crash: the first broken connection clears the pool, and the other writes under way in it lose the mark that
 * lets the driver repeat them. So **`work` must be idempotent**: ids are made before, a guard that matches nothing reads
 * whether the change stands by its own hand.
 *
 * Rejects with the last error, or with `RetryableError` where it took `longestMs`; the last attempt may then still be under way.
 */
export async function persist<T>(
  work: () => Promise<T>,
  { forMs, longestMs }: { forMs: number; longestMs: number },
): Promise<T> {
  const end = performance.now() + longestMs;
  return retry(() => notLonger(work(), end - performance.now()), { ...ELECTION, forMs });
}

/** Rejects with `RetryableError` after so long: also a server that took the command and went silent holds nobody longer. */
export function notLonger<T>(work: Promise<T>, ms: number): Promise<T> {
  return within(ms, work, () => {
    throw new RetryableError('not in time');
  });
}
