import type { mongo } from 'mongoose';
import type { MongoCollection, MongoDatabase } from '../../../libs/mongo/index.js';
import type { UpkeepDatabases } from './upkeep-databases.js';

type Index = mongo.IndexDescriptionInfo;
type Any = Pick<MongoCollection<mongo.Document>, 'name' | 'declared' | 'ensureIndexes'>;

export interface CollectionReport {
  name: string;
  /** Declared and not there; made, unless it was only looked. */
  missing: string[];
  /** There under the same keys, with other options: the server would refuse to make the declared one. */
  different: string[];
  /** There and not declared: of an older version, or somebody's own. */
  undeclared: string[];
  /** Not used once since the server counts; undefined: it does not say. */
  unused?: string[];
}

/** Not unique, and the server itself uses it. */
const COUNTS_NOTHING = new Set(['_id_']);
const OPTIONS = ['unique', 'expireAfterSeconds', 'partialFilterExpression', 'sparse'] as const;

/**
 * Compares what is declared with what stands, and makes what is missing, one collection after the other: before a rollout,
 * so that no server has to and no question waits for it. Any number of times. Nothing is ever dropped.
 */
export async function indexes(databases: UpkeepDatabases, { build }: { build: boolean }): Promise<CollectionReport[]> {
  const { chat, users, accounts, apiKeys, keys, files, bytes, chunks, usersDatabase, database } = databases;
  const reports: CollectionReport[] = [];
  const look = async (at: MongoDatabase, collection: Any): Promise<void> => {
    const report = await compare(at, collection);
    reports.push(report);
    if (build && report.missing.length > 0 && report.different.length === 0) await collection.ensureIndexes();
  };
  await look(usersDatabase, users);
  await look(usersDatabase, accounts);
  await look(usersDatabase, apiKeys);
  await look(database, chat.conversations);
  for (const collection of await messageCollections(databases)) await look(database, collection);
  await look(database, keys);
  for (const collection of [files.files, files.contents]) await look(database, collection);
  for (const collection of [bytes, chunks]) {
    // GridFS's are made with the first bytes: until then nothing is missing.
    if (build || (await standingIn(database, collection.name)).length > 0) await look(database, collection);
  }
  return reports;
}

/** Those that are there, and the month's that begins to be written to. */
async function messageCollections(databases: UpkeepDatabases): Promise<Any[]> {
  const { messages } = databases.chat;
  return databases.partition === 'none' ? messages.all() : messages.existing(await databases.months());
}

async function compare(database: MongoDatabase, collection: Any): Promise<CollectionReport> {
  const standing = await standingIn(database, collection.name);
  const { declared } = collection;
  const keyOf = ({ key }: { key: unknown }) => JSON.stringify(key);
  const byKey = new Map(standing.map((index) => [keyOf(index), index]));
  const nameOf = ({ key, name }: { key: object; name?: string }) =>
    name ?? Object.entries(key).flat().join('_').replaceAll(' ', '_');
  const known = new Set(declared.map(keyOf));
  return {
    name: collection.name,
    missing: declared.filter((index) => !byKey.has(keyOf(index))).map(nameOf),
    different: declared.filter((index) => isOther(index, byKey.get(keyOf(index)))).map(nameOf),
    undeclared: standing.filter((index) => index.name !== '_id_' && !known.has(keyOf(index))).map(nameOf),
    unused: await unusedIn(database, collection.name, standing),
  };
}

function isOther(declared: object, there: Index | undefined): boolean {
  if (!there) return false;
  const of = (index: object) => OPTIONS.map((name) => (index as Record<string, unknown>)[name] ?? null);
  return JSON.stringify(of(declared)) !== JSON.stringify(of(there));
}

async function standingIn(database: MongoDatabase, name: string): Promise<Index[]> {
  return database.run(async (db) => {
    try {
      return await db.collection(name).indexes();
    } catch (error) {
      // NamespaceNotFound: nothing was written to it yet.
      if ((error as { code?: number }).code === 26) return [];
      throw error;
    }
  });
}

/** The primary's count, and that of one secondary, where searches read: used at either is used. */
async function unusedIn(database: MongoDatabase, name: string, standing: Index[]): Promise<string[] | undefined> {
  const used = new Set<string>();
  try {
    for (const readPreference of ['primary', 'secondaryPreferred'] as const) {
      const stats = await database.run((db) =>
        db
          .collection(name, { readPreference, readConcern: { level: 'local' } })
          .aggregate<{ name: string; accesses: { ops: unknown } }>([{ $indexStats: {} }])
          .toArray(),
      );
      for (const { name: index, accesses } of stats) if (Number(accesses.ops) > 0) used.add(index);
    }
  } catch {
    // This user may not ask (`clusterMonitor`), or the server does not count.
    return undefined;
  }
  return standing
    .filter(({ name: index, unique }) => !used.has(index as string) && !unique && !COUNTS_NOTHING.has(index as string))
    .map(({ name: index }) => index as string);
}
