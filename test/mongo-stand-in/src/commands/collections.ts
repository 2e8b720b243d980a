import { ServerError } from '../errors.js';
import { compileFilter } from '../query/filter.js';
import type { Collection } from '../store/collection.js';
import type { Doc } from '../wire/bson.js';
import { existing, type Command, type CommandContext } from './context.js';

/** Fields that any command may have: not options of a collection. */
const GENERIC = ['create', '$db', 'lsid', '$clusterTime', 'txnNumber', 'writeConcern', '$readPreference', 'comment'];

const collectionsOf = ({ store, db }: CommandContext): Collection[] => [...(store.databases.get(db)?.values() ?? [])];

const create: Command = (command, context) => {
  const { store, db } = context;
  if (command.validator || command.timeseries || command.viewOn || command.capped) {
    throw new ServerError('InvalidOptions', 'the stand-in has plain collections only');
  }
  if (store.collection(db, command.create)) {
    throw new ServerError('NamespaceExists', `Collection ${db}.${command.create} already exists.`);
  }
  const options = Object.entries(command).filter(([name]) => !GENERIC.includes(name));
  store.ensureCollection(db, command.create, Object.fromEntries(options));
  return {};
};

const drop: Command = (command, { store, db }) => {
  const collection = store.collection(db, command.drop);
  if (!collection) return {};
  store.databases.get(db)!.delete(command.drop);
  return { ns: collection.namespace, nIndexesWas: collection.indexes.size };
};

const dropDatabase: Command = (_command, { store, db }) => {
  store.databases.delete(db);
  return { dropped: db };
};

const renameCollection: Command = (command, { store, ...context }) => {
  const [fromDb, ...from] = String(command.renameCollection).split('.');
  const [toDb, ...to] = String(command.to).split('.');
  const collection = existing({ ...context, store, db: fromDb }, from.join('.'));
  if (store.collection(toDb, to.join('.')) && !command.dropTarget) {
    throw new ServerError('NamespaceExists', 'target namespace exists');
  }
  store.databases.get(fromDb)!.delete(collection.name);
  collection.db = toDb;
  collection.name = to.join('.');
  store.place(collection);
  return {};
};

const listCollections: Command = (command, context) => {
  const all: Doc[] = collectionsOf(context).map(({ name, options, uuid, indexes }) => ({
    name,
    type: 'collection',
    options,
    info: { readOnly: false, uuid },
    idIndex: indexes.get('_id_')!.spec,
  }));
  const found = all.filter(compileFilter(command.filter));
  const shown = command.nameOnly ? found.map(({ name, type }) => ({ name, type })) : found;
  return context.cursors.first(`${context.db}.$cmd.listCollections`, shown, command.cursor);
};

const listDatabases: Command = (command, { store }) => {
  const all: Doc[] = [...store.databases].map(([name, { size }]) => ({ name, sizeOnDisk: 8192, empty: size === 0 }));
  return { databases: all.filter(compileFilter(command.filter)), totalSize: 8192 * all.length };
};

const dbStats: Command = (_command, context) => {
  const collections = collectionsOf(context);
  const sum = (of: (collection: Collection) => number) => collections.reduce((total, one) => total + of(one), 0);
  return {
    db: context.db,
    collections: collections.length,
    objects: sum(({ versions }) => versions.size),
    indexes: sum(({ indexes }) => indexes.size),
    dataSize: 0,
    storageSize: 0,
  };
};

const collStats: Command = (command, { store, db }) => {
  const collection = store.collection(db, command.collStats ?? command.collstats);
  const count = collection?.versions.size ?? 0;
  return { ns: collection?.namespace, count, nindexes: collection?.indexes.size ?? 0, size: 0 };
};

export const COLLECTION_WRITES: Record<string, Command> = { create, drop, dropDatabase, renameCollection };
export const COLLECTION_READS: Record<string, Command> = { listCollections, listDatabases, dbStats, collStats };
