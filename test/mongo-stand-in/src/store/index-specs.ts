import { ServerError } from '../errors.js';
import { toNumber } from '../values/order.js';
import { keyOf } from '../values/keys.js';
import { LATEST } from './transaction.js';
import type { Doc } from '../wire/bson.js';
import type { Collection } from './collection.js';
import { duplicateKey } from './duplicates.js';
import { HashIndex } from './hash-index.js';

/** What makes two indexes two. Everything else is an option of one. */
const IDENTITY = ['key', 'collation', 'partialFilterExpression', 'unique', 'sparse'];
const UNSUPPORTED = ['text', '2d', '2dsphere', 'geoHaystack'];

/** Makes an index. False: the same one stands. Refuses what the server refuses, with its codes. */
export function createIndex(collection: Collection, spec: Doc): boolean {
  refuseInvalid(spec);
  for (const { spec: known } of collection.indexes.values()) {
    if (sameParts(known, spec, ['key']) && known.name === '_id_') return false;
    if (known.name === spec.name) {
      if (!sameParts(known, spec, IDENTITY))
        throw conflict('IndexKeySpecsConflict', 'same name as the requested', spec);
      if (!sameOptions(known, spec)) throw conflict('IndexOptionsConflict', 'same name but different options', spec);
      return false;
    }
    if (sameParts(known, spec, IDENTITY)) throw conflict('IndexOptionsConflict', `different name: ${known.name}`, spec);
  }
  const index = new HashIndex({ v: 2, ...spec });
  fill(collection, index);
  collection.indexes.set(index.name, index);
  return true;
}

function refuseInvalid(spec: Doc): void {
  const fields = Object.entries(spec.key ?? {});
  const refuse = (words: string) => new ServerError('CannotCreateIndex', words);
  if (fields.length === 0) throw refuse('Index keys cannot be empty.');
  for (const [field, kind] of fields) {
    if (UNSUPPORTED.includes(String(kind)) || field.includes('$**')) {
      throw refuse(`the stand-in has no index of kind ${String(kind)} on ${field}`);
    }
    if (kind !== 'hashed' && !toNumber(kind)) throw refuse(`Values in the index key pattern cannot be ${String(kind)}`);
  }
  if (toNumber(spec.expireAfterSeconds) !== undefined && fields.length > 1) {
    throw refuse('TTL indexes are single-field indexes, compound indexes do not support TTL.');
  }
  if (spec.sparse && spec.partialFilterExpression) {
    throw refuse('cannot mix "partialFilterExpression" and "sparse" options');
  }
}

const text = (value: unknown): string => (value === undefined || value === false ? '' : keyOf(value));
const sameParts = (a: Doc, b: Doc, parts: string[]): boolean => parts.every((part) => text(a[part]) === text(b[part]));

function sameOptions(a: Doc, b: Doc): boolean {
  const options = new Set([...Object.keys(a), ...Object.keys(b)]);
  for (const ignored of ['v', 'ns', 'background']) options.delete(ignored);
  return sameParts(a, b, [...options]);
}

const conflict = (code: 'IndexKeySpecsConflict' | 'IndexOptionsConflict', why: string, spec: Doc): ServerError =>
  new ServerError(code, `An existing index has the ${why}. Requested index: ${JSON.stringify(spec)}`);

function fill(collection: Collection, index: HashIndex): void {
  for (const doc of collection.read(LATEST)) {
    const key = keyOf(doc._id);
    if (index.unique && index.keysOf(doc).some((indexKey) => index.idsOf(indexKey).length > 0)) {
      throw duplicateKey(collection, index, doc);
    }
    index.add(key, doc);
  }
}
