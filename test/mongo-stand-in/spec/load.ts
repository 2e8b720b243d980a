import type { mongo } from 'mongoose';
import { eventually } from '../../support/eventually.js';
import type { UsedMongo } from '../../support/mongo/use-mongo.js';

/** What came of many writes: what was acknowledged, and what is stored. */
export interface LoadResult {
  inserts: { acknowledged: number; stored: number };
  increments: { acknowledged: number; stored: number };
  errors: string[];
}

export interface Load {
  total: number;
  /** How many clients share the work; each has `inFlight` writes under way at once. */
  clients: number;
  inFlight: number;
  options?: mongo.MongoClientOptions;
}

/** Inserts documents and counts them up in another one, while `disturb` does what it likes with the servers. */
export async function underLoad(
  used: UsedMongo,
  { total, clients: count, inFlight, options }: Load,
  disturb: (reached: (started: number) => Promise<unknown>) => Promise<void>,
): Promise<LoadResult> {
  const { collectionName: name } = used.collection();
  const clients = Array.from({ length: count }, () =>
    used.connect({ maxPoolSize: inFlight, serverSelectionTimeoutMS: 60_000, ...options }),
  );
  const collections = clients.map((client) => client.db(used.db.databaseName).collection<any>(name));
  await collections[0].insertOne({ _id: 'sum', n: 0 });
  const done = { inserts: 0, increments: 0, errors: [] as string[] };
  let started = 0;
  const work = async (collection: mongo.Collection<any>): Promise<void> => {
    while (started < total) {
      const id = started++;
      try {
        await collection.insertOne({ _id: id });
        done.inserts++;
        await collection.updateOne({ _id: 'sum' }, { $inc: { n: 1 } });
        done.increments++;
      } catch (error) {
        done.errors.push(String(error));
      }
    }
  };
  try {
    const workers = collections.flatMap((collection) => Array.from({ length: inFlight }, () => work(collection)));
    await disturb((mark) => eventually(() => started >= Math.min(mark, total)));
    await Promise.all(workers);
    const { n } = await collections[0].findOne({ _id: 'sum' });
    const stored = (await collections[0].countDocuments({})) - 1;
    return {
      inserts: { acknowledged: done.inserts, stored },
      increments: { acknowledged: done.increments, stored: n },
      errors: done.errors,
    };
  } finally {
    await Promise.all(clients.map((client) => client.close()));
  }
}
