const FIRST_MS = 500;
const MOST_MS = 15_000;

/** Before the n-th attempt after a failure (from 1): doubling, with jitter, so that thousands do not come back at once. */
export function backoffMs(failures: number, random = Math.random): number {
  const most = Math.min(MOST_MS, FIRST_MS * 2 ** (failures - 1));
  return most / 2 + (most / 2) * random();
}

/** Waits; less long if the connection comes back or somebody looks at the page again. Rejects when given up. */
export function pause(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const done = () => {
      clearTimeout(timer);
      window.removeEventListener('online', done);
      document.removeEventListener('visibilitychange', onVisible);
      signal.removeEventListener('abort', done);
      if (signal.aborted) reject(signal.reason as Error);
      else resolve();
    };
    const onVisible = () => {
      if (!document.hidden) done();
    };
    const timer = setTimeout(done, ms);
    window.addEventListener('online', done);
    document.addEventListener('visibilitychange', onVisible);
    signal.addEventListener('abort', done);
    if (signal.aborted) done();
  });
}

/** Waits until somebody looks at the page. Rejects when given up. */
export async function seen(signal: AbortSignal): Promise<void> {
  while (document.hidden) await pause(60_000, signal);
}
