/** Work that is done again and again. */
export interface Ticker {
  /** No tick comes any more. Resolves when none is under way; any number of times. */
  stop(): Promise<void>;
}

/**
 * Calls `work` every `ms`, the first time after `ms`, and keeps no process alive. While what it returned is not yet settled
 * ticks are left out: where one that hangs must not hold up the next, it returns nothing. What it throws, or rejects with,
 * is given to `failed`; without that it is a rejection that nobody handles.
 */
export function every(ms: number, work: () => unknown, failed?: (error: unknown) => void): Ticker {
  let busy = false;
  let last: Promise<void> | undefined;
  const tick = async (): Promise<void> => {
    busy = true;
    try {
      await work();
    } catch (error) {
      if (!failed) throw error;
      failed(error);
    } finally {
      busy = false;
    }
  };
  const timer = setInterval(() => {
    if (!busy) last = tick();
  }, ms);
  timer.unref();
  return {
    stop: async () => {
      clearInterval(timer);
      await last?.catch(() => undefined);
    },
  };
}
