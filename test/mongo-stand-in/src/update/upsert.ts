import { isOperators, clone, putAt } from '../values/documents.js';
import type { Doc } from '../wire/bson.js';
import { updated, type Update } from './update.js';

/** The document that an upsert inserts: what the filter says by equality, with the update applied. */
export function upserted(update: Update): Doc {
  const base: Doc = {};
  putEqualities(update.filter, base);
  const isReplacement = !Array.isArray(update.change) && !isOperators(update.change);
  return updated(isReplacement ? idOf(base) : base, update, true);
}

const idOf = (doc: Doc): Doc => (doc._id === undefined ? {} : { _id: doc._id });

function putEqualities(filter: Doc, into: Doc): void {
  for (const [key, condition] of Object.entries(filter)) {
    if (key === '$and') for (const part of condition) putEqualities(part, into);
    if (key.startsWith('$') || condition instanceof RegExp) continue;
    if (!isOperators(condition)) putAt(into, key, clone(condition));
    else if ('$eq' in condition) putAt(into, key, clone(condition.$eq));
    else if (Array.isArray(condition.$in) && condition.$in.length === 1) putAt(into, key, clone(condition.$in[0]));
  }
}
