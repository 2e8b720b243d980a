import { setTimeout as sleep } from 'node:timers/promises';
import { isCode } from '../../../libs/errors/index.js';

const PAUSE_MS = 500;

/**
 * Repeats what a store or log did not answer, until it does: for writes that come to the same when they are done twice.
 * Other errors pass. With `signal` aborted, the last error passes.
 */
export async function repeat<T>(work: () => Promise<T>, signal?: AbortSignal, pauseMs = PAUSE_MS): Promise<T> {
  for (;;) {
    try {
      return await work();
    } catch (error) {
      if (!isCode(error, 'dependency_down') || signal?.aborted) throw error;
      await sleep(pauseMs);
    }
  }
}
