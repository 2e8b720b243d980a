import { setTimeout as sleep } from 'node:timers/promises';
import { RetryableError, isAway } from './mongo-errors.js';

const FIRST_PAUSE_MS = 20;
const LONGEST_PAUSE_MS = 500;

/**
 * Does `work` again while the database is away, up to `forMs`. The driver by itself does not repeat most writes after a
 * primary's crash: the first broken connection clears the pool, and the other writes under way in it lose the mark that
 * lets the driver repeat them. So **`work` must be idempotent**: ids are made before, a guard that matches nothing reads
 * whether the change stands by its own hand.
 *
 * Rejects with the last error, or with `Away` where it took `longestMs`; the last attempt may then still be under way.
 */
export async function persist<T>(
  work: () => Promise<T>,
  { forMs, longestMs }: { forMs: number; longestMs: number },
): Promise<T> {
  const start = Date.now();
  for (let pauseMs = FIRST_PAUSE_MS; ; pauseMs = Math.min(pauseMs * 2, LONGEST_PAUSE_MS)) {
    try {
      return await notLonger(work(), start + longestMs - Date.now());
    } catch (error) {
      if (!isAway(error) || Date.now() + pauseMs >= start + forMs) throw error;
      await sleep(pauseMs);
    }
  }
}

/** Rejects with `Away` after so long: also a server that took the command and went silent holds nobody longer. */
export async function notLonger<T>(work: Promise<T>, ms: number): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new RetryableError('not in time')), Math.max(0, ms));
  });
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
}
