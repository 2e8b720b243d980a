import { v7, validate, version } from 'uuid';

/** Whether this is the text of a UUID. Anything else names nothing. */
export const isId = validate;

/**
 * A new UUIDv7 (RFC 9562 §5.7); in one process each sorts after the one before, also where the clock is set back. With
 * `after` it sorts after that id, whatever this machine's clock says: where the clock is not past the other id's
 * millisecond, it takes the one that follows.
 */
export function newId(after?: string | null): string {
  if (!after) return v7();
  const next = millisOf(after) + 1;
  return next > Date.now() ? v7({ msecs: next }) : v7();
}

/** The time in a UUIDv7, in ms since 1970; undefined where it is none. */
export function timeOf(id: string): number | undefined {
  return validate(id) && version(id) === 7 ? millisOf(id) : undefined;
}

/** What no UUIDv7 of this moment or a later one sorts before: the lower bound of a range of ids. No id itself. */
export function firstIdAt(ms: number): string {
  const hex = ms.toString(16).padStart(12, '0');
  return `${hex.slice(0, 8)}-${hex.slice(8)}-7`;
}

function millisOf(id: string): number {
  return parseInt(id.slice(0, 8) + id.slice(9, 13), 16);
}
