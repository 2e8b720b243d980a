import type { Doc } from '../wire/bson.js';

/** An embedded document, not an array and none of BSON's values. */
export function isDoc(value: unknown): value is Doc {
  if (value === null || typeof value !== 'object' || Array.isArray(value)) return false;
  if (value instanceof Date || value instanceof RegExp || ArrayBuffer.isView(value)) return false;
  return !('_bsontype' in value);
}

/** `{ $gt: 1 }`, as opposed to a document that is compared as a whole. */
export const isOperators = (value: unknown): value is Doc =>
  isDoc(value) && (Object.keys(value)[0]?.startsWith('$') ?? false);

/** A deep copy. Dates and BSON's values are never changed in place, so they are shared. */
export function clone<T>(value: T): T {
  if (Array.isArray(value)) return value.map(clone) as T;
  if (!isDoc(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([name, field]) => [name, clone(field)])) as T;
}

/** What is stored of a document: fields without a value are left out, and are null in arrays. */
export function storable<T>(value: T): T {
  if (Array.isArray(value)) return value.map((item) => storable(item ?? null)) as T;
  if (!isDoc(value)) return value;
  const fields = Object.entries(value).filter(([, field]) => field !== undefined);
  return Object.fromEntries(fields.map(([name, field]) => [name, storable(field)])) as T;
}

const isIndex = (part: string): boolean => /^\d+$/.test(part);

/** All values a dotted path reaches, arrays spread as an index does; [undefined] where there is none. */
export function indexedValues(doc: Doc, path: string): unknown[] {
  const found: unknown[] = [];
  reach(doc, path.split('.'), 0, found);
  return found;
}

function reach(value: unknown, parts: string[], at: number, found: unknown[]): void {
  if (at === parts.length) {
    if (Array.isArray(value)) found.push(...(value.length ? value : [undefined]));
    else found.push(value);
    return;
  }
  if (!Array.isArray(value)) return reachField(value, parts, at, found);
  if (isIndex(parts[at])) {
    if (value[Number(parts[at])] !== undefined) reach(value[Number(parts[at])], parts, at + 1, found);
    return;
  }
  const docs = value.filter(isDoc);
  if (docs.length === 0) found.push(undefined);
  for (const doc of docs) reach(doc, parts, at, found);
}

function reachField(value: unknown, parts: string[], at: number, found: unknown[]): void {
  if (isDoc(value)) reach(value[parts[at]], parts, at + 1, found);
  else found.push(undefined);
}

/** The one value at a dotted path, with array indexes but without spreading arrays. */
export function valueAt(doc: Doc, path: string): unknown {
  let value: unknown = doc;
  for (const part of path.split('.')) {
    if (Array.isArray(value) && isIndex(part)) value = value[Number(part)];
    else value = isDoc(value) ? value[part] : undefined;
  }
  return value;
}

/** Puts a value at a dotted path, making the documents on the way. */
export function putAt(doc: Doc, path: string, value: unknown): void {
  const parts = path.split('.');
  const last = parts.pop()!;
  let parent = doc;
  for (const part of parts) parent = parent[part] ??= {};
  parent[last] = value;
}
