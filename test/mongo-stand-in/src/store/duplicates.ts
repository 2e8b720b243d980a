import { ObjectId } from 'bson';
import { ServerError, writeConflict } from '../errors.js';
import { valueAt } from '../values/documents.js';
import type { Doc } from '../wire/bson.js';
import type { Collection } from './collection.js';
import type { HashIndex } from './hash-index.js';
import type { Transaction } from './transaction.js';

/** Refuses a document that has another one's key in a unique index, committed or about to be. */
export function refuseDuplicates(collection: Collection, key: string, doc: Doc, transaction?: Transaction): void {
  const own = transaction?.writes.get(collection);
  for (const index of collection.indexes.values()) {
    const keys = index.keysOf(doc); // refuses parallel arrays, of any index
    if (!index.unique) continue;
    const holders = keys.flatMap((indexKey) => index.idsOf(indexKey));
    if (holders.some((id) => id !== key && !own?.has(id))) throw duplicateKey(collection, index, doc);
    refusePending(collection, index, { key, doc, keys }, transaction);
  }
}

interface Candidate {
  key: string;
  doc: Doc;
  keys: string[];
}

function refusePending(collection: Collection, index: HashIndex, candidate: Candidate, own?: Transaction): void {
  for (const open of collection.store.transactions) {
    for (const [key, pending] of open.writes.get(collection) ?? []) {
      if (!pending.doc || (key === candidate.key && open === own)) continue;
      if (!index.keysOf(pending.doc).some((indexKey) => candidate.keys.includes(indexKey))) continue;
      throw open === own ? duplicateKey(collection, index, candidate.doc) : writeConflict();
    }
  }
}

/** The error as the server words it: clients look for index and key. */
export function duplicateKey(collection: Collection, index: HashIndex, doc: Doc): ServerError {
  const keyValue = Object.fromEntries(index.fields.map((field) => [field, valueAt(doc, field) ?? null]));
  const shown = Object.entries(keyValue).map(([field, value]) => `${field}: ${show(value)}`);
  const words = `E11000 duplicate key error collection: ${collection.namespace} index: ${index.name} dup key: { ${shown.join(', ')} }`;
  return new ServerError('DuplicateKey', words, { keyPattern: index.spec.key, keyValue });
}

const show = (value: unknown): string =>
  value instanceof ObjectId ? `ObjectId('${value.toHexString()}')` : JSON.stringify(value);
