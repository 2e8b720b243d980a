import { isCode } from '../errors/index.js';

/** When something is tried again. Times in ms. */
export interface RetryPolicy {
  /** Whether it is tried again after this error; every other one passes. */
  again(error: unknown): boolean;
  /** Between two attempts. */
  pauseMs: number;
  /** Where it is given, each pause is twice as long as the one before, up to this. */
  longestPauseMs?: number;
  /** No attempt begins later than so long after the first; 0: one attempt. Default: for ever. */
  forMs?: number;
}

/** A dependency that is away is asked again, twice a second and for ever; its other errors pass. */
export const WHILE_AWAY: RetryPolicy = { again: (error) => isCode(error, 'dependency_down'), pauseMs: 500 };

/**
 * Does `work` again and again until it holds: **it must come to the same when it is done twice**. Rejects with the last
 * error. `signal` ends the waiting: what is under way is awaited, and no attempt begins after it.
 */
export async function retry<T>(work: () => Promise<T>, policy: RetryPolicy, signal?: AbortSignal): Promise<T> {
  const { again, pauseMs, longestPauseMs = pauseMs, forMs = Infinity } = policy;
  const end = performance.now() + forMs;
  for (let nextMs = pauseMs; ; nextMs = Math.min(nextMs * 2, longestPauseMs)) {
    try {
      return await work();
    } catch (error) {
      if (!again(error) || signal?.aborted || performance.now() + nextMs >= end) throw error;
      await pause(nextMs, signal);
      if (signal?.aborted) throw error;
    }
  }
}

function pause(ms: number, signal: AbortSignal | undefined): Promise<void> {
  return new Promise((resolve) => {
    const over = () => {
      clearTimeout(timer);
      signal?.removeEventListener('abort', over);
      resolve();
    };
    const timer = setTimeout(over, ms);
    signal?.addEventListener('abort', over);
  });
}
