import { ServerError } from '../errors.js';
import { createIndex } from '../store/index-specs.js';
import type { Collection } from '../store/collection.js';
import { keyOf } from '../values/keys.js';
import type { Doc } from '../wire/bson.js';
import { existing, type Command } from './context.js';

const createIndexes: Command = (command, { store, db }) => {
  const existed = store.collection(db, command.createIndexes) !== undefined;
  const collection = store.ensureCollection(db, command.createIndexes);
  const before = collection.indexes.size;
  for (const spec of command.indexes as Doc[]) createIndex(collection, spec);
  return {
    numIndexesBefore: before,
    numIndexesAfter: collection.indexes.size,
    createdCollectionAutomatically: !existed,
    ...(collection.indexes.size === before && { note: 'all indexes already exist' }),
  };
};

const listIndexes: Command = (command, context) => {
  const collection = existing(context, command.listIndexes);
  const specs = [...collection.indexes.values()].map(({ spec }) => spec);
  return context.cursors.first(collection.namespace, specs, command.cursor);
};

const dropIndexes: Command = (command, context) => {
  const collection = existing(context, command.dropIndexes);
  const before = collection.indexes.size;
  const wanted: unknown = command.index;
  const names = wanted === '*' ? [...collection.indexes.keys()].filter((name) => name !== '_id_') : [wanted].flat();
  for (const name of names) dropOne(collection, name);
  return { nIndexesWas: before };
};

function dropOne(collection: Collection, wanted: unknown): void {
  const name = nameOf(collection, wanted);
  if (name === '_id_') throw new ServerError('InvalidOptions', 'cannot drop _id index');
  if (name !== undefined && collection.indexes.delete(name)) return;
  throw new ServerError('IndexNotFound', `index not found with name [${String(wanted)}]`);
}

function nameOf(collection: Collection, wanted: unknown): string | undefined {
  if (typeof wanted === 'string') return wanted;
  return [...collection.indexes.values()].find(({ spec }) => keyOf(spec.key) === keyOf(wanted))?.name;
}

/** Only what an index may be changed in: when its documents expire, and whether it is hidden. */
const collMod: Command = (command, context) => {
  const collection = existing(context, command.collMod);
  if (!command.index) throw new ServerError('InvalidOptions', 'the stand-in changes indexes only');
  const name = nameOf(collection, command.index.name ?? command.index.keyPattern);
  const index = name === undefined ? undefined : collection.indexes.get(name);
  if (!index) throw new ServerError('IndexNotFound', 'cannot find the index for collMod');
  const { expireAfterSeconds, hidden } = command.index;
  if (expireAfterSeconds !== undefined) index.spec = { ...index.spec, expireAfterSeconds };
  if (hidden !== undefined) index.spec = { ...index.spec, hidden };
  return {};
};

export const INDEX_WRITES: Record<string, Command> = { createIndexes, dropIndexes, collMod };
export const INDEX_READS: Record<string, Command> = { listIndexes };
