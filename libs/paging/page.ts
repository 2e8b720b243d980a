import { AppError } from '../errors/index.js';

/** One page of a list. `nextCursor` is null on the last one. */
export interface Page<T> {
  items: T[];
  nextCursor: string | null;
}

/** `limit` 1–100; `cursor` as the page before gave it, opaque to clients. */
export interface PageRequest {
  limit: number;
  cursor?: string;
}

/** Packs the sort key of the last item of a page. */
export function encodeCursor(key: Array<string | number>): string {
  return Buffer.from(JSON.stringify(key)).toString('base64url');
}

/** Reads a cursor back. One that no `encodeCursor` of this shape made is a `validation_failed`. */
export function decodeCursor<K extends Array<'string' | 'number'>>(cursor: string, shape: [...K]): CursorKey<K> {
  let key: unknown;
  try {
    key = JSON.parse(Buffer.from(cursor, 'base64url').toString('utf8'));
  } catch {
    key = undefined;
  }
  const fits = Array.isArray(key) && key.length === shape.length && key.every((part, i) => typeof part === shape[i]);
  if (!fits) {
    throw new AppError('validation_failed', 400, 'The request is not valid.', {
      errors: [
        { path: 'cursor', message: 'is not a cursor of this list', code: 'bad_format', params: { format: 'cursor' } },
      ],
    });
  }
  return key as CursorKey<K>;
}

type CursorKey<K> = { [I in keyof K]: K[I] extends 'string' ? string : number };

/** Cuts `limit + 1` rows down to a page: one row too many tells that there is another page. */
export function toPage<T>(rows: T[], limit: number, key: (last: T) => Array<string | number>): Page<T> {
  return pageOf(rows.slice(0, limit), rows.length > limit, key);
}

/** These items as a page; `more`: others follow. */
export function pageOf<T>(items: T[], more: boolean, key: (last: T) => Array<string | number>): Page<T> {
  return { items, nextCursor: more ? encodeCursor(key(items[items.length - 1])) : null };
}

/** How many of the first ones are `most` together at most; the first of all fits whatever its size. */
export function fitting(sizes: number[], most: number): number {
  let sum = 0;
  const over = sizes.findIndex((size, i) => (sum += size) > most && i > 0);
  return over < 0 ? sizes.length : over;
}
