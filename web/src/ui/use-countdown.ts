import { useEffect, useState } from 'react';

/** Whole seconds until a time of this machine's clock; 0 afterwards and where there is none. */
export function useCountdown(until: number | null): number {
  const [now, setNow] = useState(Date.now);
  const seconds = until === null ? 0 : Math.max(0, Math.ceil((until - now) / 1_000));
  useEffect(() => {
    if (until === null) return;
    setNow(Date.now());
    const timer = setInterval(() => setNow(Date.now()), 500);
    return () => clearInterval(timer);
  }, [until]);
  return seconds;
}
