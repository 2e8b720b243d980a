import type { ByteRange } from '../content/file-contents.js';

/**
 * The part that a `Range` header asks for (RFC 9110 §14.2), of so many bytes. `whole`: it asks for none, or in a way that may
 * be passed over, such as several parts. `unsatisfiable`: none of what it asks for is there.
 */
export function rangeOf(header: string | undefined, size: number): ByteRange | 'whole' | 'unsatisfiable' {
  const [, from, to] = /^bytes=\s*(\d*)\s*-\s*(\d*)\s*$/.exec(header?.trim() ?? '') ?? [];
  if (from === undefined || (from === '' && to === '')) return 'whole';
  if (from === '') {
    const length = Math.min(Number(to), size);
    return length === 0 ? 'unsatisfiable' : { first: size - length, last: size - 1 };
  }
  const first = Number(from);
  const last = to === '' ? size - 1 : Math.min(Number(to), size - 1);
  if (to !== '' && Number(to) < first) return 'whole';
  return first >= size ? 'unsatisfiable' : { first, last };
}

/** Whether one of the tags is this one, as If-None-Match compares them (RFC 9110 §13.1.2). */
export function matches(header: string | undefined, etag: string): boolean {
  if (header === undefined) return false;
  if (header.trim() === '*') return true;
  return (header.match(/(W\/)?"[^"]*"/g) ?? []).some((tag) => tag.replace(/^W\//, '') === etag);
}
