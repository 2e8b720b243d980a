type Headers = Record<string, unknown>;

/**
 * How long a provider asks to wait, in ms: `retry-after-ms` (OpenAI), or `Retry-After` (RFC 9110 §10.2.3) as seconds or
 * as a date; a date counts from the provider's own `Date`, so that clocks may differ. Undefined where it says nothing that
 * makes sense.
 */
export function retryAfterMs(headers: Headers, now: number = Date.now()): number | undefined {
  const ms = number(headers['retry-after-ms']);
  if (ms !== undefined) return Math.ceil(ms);
  const value = headers['retry-after'];
  const seconds = number(value);
  if (seconds !== undefined) return Math.ceil(seconds * 1000);
  const until = date(value);
  return until === undefined ? undefined : Math.max(0, until - (date(headers.date) ?? now));
}

function number(value: unknown): number | undefined {
  return typeof value === 'string' && /^\s*\d+(\.\d+)?\s*$/.test(value) ? Number(value) : undefined;
}

function date(value: unknown): number | undefined {
  const time = typeof value === 'string' ? Date.parse(value) : NaN;
  return Number.isNaN(time) ? undefined : time;
}
