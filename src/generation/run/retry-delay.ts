/** Who says “at once” while there is too much to do does not mean it. */
const AT_ONCE_MS = 1000;

/**
 * How long to wait, in ms, before a model that failed is asked again after `attempts` that failed before: what the
 * provider asks for (RFC 9110 §10.2.3), and not less than `backoffMs`, doubled with each attempt; where it asks for no
 * time at all (0, a date that is past) at least a second, doubled.
 */
export function retryDelay(retryAfterMs: number | undefined, backoffMs: number, attempts: number): number {
  const least = retryAfterMs === 0 ? Math.max(backoffMs, AT_ONCE_MS) : backoffMs;
  return Math.max(retryAfterMs ?? 0, least * 2 ** attempts);
}
