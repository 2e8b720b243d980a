import { v7, validate } from 'uuid';

/** Whether this is the text of a UUID. Anything else names nothing. */
export const isId = validate;

/**
 * A new UUIDv7 (RFC 9562 §5.7). With `after` it sorts after that id, whatever this machine's clock says: where the clock
 * is not past the other id's millisecond, it takes the one that follows.
 */
export function newId(after?: string | null): string {
  if (!after) return v7();
  const next = timeOf(after) + 1;
  return next > Date.now() ? v7({ msecs: next }) : v7();
}

/** The time in a UUIDv7, in ms since 1970. */
export function timeOf(id: string): number {
  return parseInt(id.slice(0, 8) + id.slice(9, 13), 16);
}
