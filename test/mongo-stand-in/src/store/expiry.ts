import { indexedValues } from '../values/documents.js';
import { keyOf } from '../values/keys.js';
import type { Collection } from './collection.js';
import type { HashIndex } from './hash-index.js';
import { LATEST } from './transaction.js';

/** The documents of a collection whose time is over by one of its TTL indexes. */
export function expiredKeys(collection: Collection, now: Date): string[] {
  const indexes = [...collection.indexes.values()].filter((index) => index.expireAfterSeconds !== undefined);
  if (indexes.length === 0) return [];
  const gone = collection.read(LATEST).filter((doc) => indexes.some((index) => expiresAt(doc, index) <= now.getTime()));
  return gone.map((doc) => keyOf(doc._id));
}

/** Of several dates the earliest counts; a document without one stays. */
function expiresAt(doc: Record<string, unknown>, index: HashIndex): number {
  if (index.partial && !index.partial(doc)) return Infinity;
  const dates = indexedValues(doc, index.fields[0]).filter((value) => value instanceof Date);
  return Math.min(Infinity, ...dates.map((date) => date.getTime() + index.expireAfterSeconds! * 1000));
}
