import { useEffect, useState } from 'react';

/** Whole seconds since a time of this machine's clock, told once a second; 0 where there is none. */
export function useElapsed(since: number | null): number {
  const [now, setNow] = useState(Date.now);
  const isRunning = since !== null;
  useEffect(() => {
    if (!isRunning) return;
    const timer = setInterval(() => setNow(Date.now()), 1_000);
    return () => clearInterval(timer);
  }, [isRunning]);
  return since === null ? 0 : Math.max(0, Math.floor((now - since) / 1_000));
}
