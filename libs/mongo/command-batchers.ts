import type { mongo } from 'mongoose';
import { Batcher, type Ways } from './batcher.js';

/** A write of one document, by its `_id`. */
export interface Write<T extends mongo.Document> {
  filter: mongo.Filter<T>;
  update: mongo.Document[] | mongo.UpdateFilter<T>;
  upsert?: boolean;
}

/** What is given back of documents: which fields, and only where this holds of them, too. */
export interface Read<T extends mongo.Document> {
  visible?: mongo.Filter<T>;
  projection?: mongo.Document;
}

interface Named<T extends mongo.Document> {
  collection: mongo.Collection<T>;
  id: string;
}

export type Change<T extends mongo.Document> = Named<T> & Write<T>;

export interface Changed<R> {
  /** As it stands after the change. */
  doc: R | null;
  /** It is this change that wrote it. False: it did not, or the document itself has to tell whether it did. */
  isWritten: boolean;
}

/** Each collection's own. */
class Each<I extends { collection: { namespace: string } }, O> {
  private readonly each = new Map<string, Batcher<I, O>>();

  constructor(private readonly ways: Ways<I, O>) {}

  run(item: I): Promise<O> {
    const { namespace } = item.collection;
    let batcher = this.each.get(namespace);
    if (!batcher) this.each.set(namespace, (batcher = new Batcher(this.ways)));
    return batcher.run(item);
  }
}

/** Reads of one document each. Several are one query. */
export class FindBatcher<T extends mongo.Document, R extends mongo.Document = T> {
  private readonly reads = new Each<Named<T>, R | null>({
    from: 2,
    alone: ({ collection, id }) => {
      const { visible, projection } = this.read;
      return collection.findOne<R>({ _id: id, ...visible } as mongo.Filter<T>, projection && { projection });
    },
    shared: (reads) => readAll(reads, this.read),
  });

  constructor(private readonly read: Read<T> = {}) {}

  run(collection: mongo.Collection<T>, id: string): Promise<R | null> {
    return this.reads.run({ collection, id });
  }
}

/** Changes of one document each, which is given back: alone one command, several one bulk write and one query. */
export class UpdateBatcher<T extends mongo.Document, R extends mongo.Document = T> {
  private readonly changes = new Each<Change<T>, Changed<R>>({
    from: 3,
    alone: async ({ collection, filter, update, upsert = false }) => {
      const { projection } = this.read;
      const options = { returnDocument: 'after', upsert, ...(projection && { projection }) } as const;
      const doc = (await collection.findOneAndUpdate(filter, update, options)) as R | null;
      return { doc, isWritten: doc !== null };
    },
    shared: async (changes) => {
      await changes[0].collection.bulkWrite(changes.map(toUpdateOne), { ordered: false });
      const docs = await readAll<T, R>(changes, this.read);
      return docs.map((doc) => ({ doc, isWritten: false }));
    },
  });

  constructor(private readonly read: Read<T> = {}) {}

  run(change: Change<T>): Promise<Changed<R>> {
    return this.changes.run(change);
  }
}

interface Batch<T extends mongo.Document> {
  collection: mongo.Collection<T>;
  writes: Array<Write<T>>;
  expected: 'made' | 'matched';
}

/** Some writes each, in their order. Several batches are one; where not all came as expected, each is done again alone. */
export class BulkWriteBatcher<T extends mongo.Document> {
  private readonly batches = new Each<Batch<T>, number>({
    from: 2,
    alone: async ({ collection, writes }) => (await collection.bulkWrite(writes.map(toUpdateOne))).matchedCount,
    shared: async (batches) => {
      const all = batches.flatMap(({ writes }) => writes.map(toUpdateOne));
      const { matchedCount, upsertedCount } = await batches[0].collection.bulkWrite(all);
      // The server counts all batcher: only where the sums are as expected each is known to be.
      if (upsertedCount !== sum(batches, 'made') || matchedCount !== sum(batches, 'matched')) return [];
      return batches.map(({ writes, expected }) => (expected === 'made' ? 0 : writes.length));
    },
  });

  /** How many of the writes matched a document. `expected`: what nearly always all of them do. */
  run(collection: mongo.Collection<T>, writes: Array<Write<T>>, expected: Batch<T>['expected']): Promise<number> {
    return this.batches.run({ collection, writes, expected });
  }
}

function sum<T extends mongo.Document>(batches: Array<Batch<T>>, expected: Batch<T>['expected']): number {
  return batches.reduce((total, batch) => total + (batch.expected === expected ? batch.writes.length : 0), 0);
}

/** In the order of `named`; null where there is none. */
async function readAll<T extends mongo.Document, R extends mongo.Document>(
  named: Array<Named<T>>,
  { visible, projection }: Read<T>,
): Promise<Array<R | null>> {
  const filter = { _id: { $in: named.map(({ id }) => id) }, ...visible } as mongo.Filter<T>;
  const docs = await named[0].collection.find<R>(filter, projection && { projection }).toArray();
  const byId = new Map(docs.map((doc) => [doc._id as string, doc]));
  return named.map(({ id }) => byId.get(id) ?? null);
}

function toUpdateOne<T extends mongo.Document>({ filter, update, upsert }: Write<T>): mongo.AnyBulkWriteOperation<T> {
  return { updateOne: { filter, update, ...(upsert && { upsert }) } };
}
