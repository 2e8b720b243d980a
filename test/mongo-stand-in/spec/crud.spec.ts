import { mongo } from 'mongoose';
import { useMongo } from '../../support/mongo/use-mongo.js';

const { ObjectId, Long, Decimal128 } = mongo;
const mongoUnderTest = useMongo();

async function numbers(count: number): Promise<mongo.Collection<any>> {
  const collection = mongoUnderTest.collection();
  const docs = Array.from({ length: count }, (_, i) => ({ _id: i, n: i, tag: i % 3 ? 'a' : 'b' }));
  await collection.insertMany(docs);
  return collection;
}

describe('reading', () => {
  it('goes over several batches', async () => {
    const collection = await numbers(250);
    expect(await collection.find({ n: { $gte: 100 } }).toArray()).toHaveLength(150);
    const seen = new Set();
    for await (const doc of collection.find({}).batchSize(7)) seen.add(doc._id);
    expect(seen.size).toBe(250);
  });

  it('filters, sorts, skips, limits and projects', async () => {
    const collection = await numbers(250);
    const cursor = collection.find({ tag: 'b' }, { projection: { n: 1, _id: 0 } });
    expect(await cursor.sort({ n: -1 }).skip(1).limit(2).toArray()).toEqual([{ n: 246 }, { n: 243 }]);
  });

  it('counts and finds distinct values', async () => {
    const collection = await numbers(30);
    expect(await collection.countDocuments({ tag: 'b' })).toBe(10);
    expect(await collection.countDocuments({ tag: 'none' })).toBe(0);
    expect(await collection.countDocuments({}, { skip: 25, limit: 3 })).toBe(3);
    expect(await collection.estimatedDocumentCount()).toBe(30);
    expect((await collection.distinct('tag')).sort()).toEqual(['a', 'b']);
    expect(await collection.distinct('tag', { n: 0 })).toEqual(['b']);
  });

  it('closes a cursor that is left early', async () => {
    const collection = await numbers(250);
    const cursor = collection.find({}).batchSize(10);
    await cursor.next();
    const { id } = cursor;
    await cursor.close();
    const more = { getMore: id, collection: collection.collectionName };
    await expect(mongoUnderTest.db.command(more)).rejects.toMatchObject({ code: 43 });
  });
});

describe('writing', () => {
  it('makes an _id, and puts it first', async () => {
    const collection = mongoUnderTest.collection();
    await collection.insertOne({ a: 1 });
    await mongoUnderTest.db.command({ insert: collection.collectionName, documents: [{ b: 1, _id: 'x' }] });
    const docs = await collection.find({}).sort({ _id: 1 }).toArray();
    expect(docs.map(Object.keys)).toEqual([
      ['_id', 'b'],
      ['_id', 'a'],
    ]);
    expect(docs[1]._id).toBeInstanceOf(ObjectId);
  });

  it('tells matched from modified', async () => {
    const collection = await numbers(10);
    const many = await collection.updateMany({ n: { $lt: 5 } }, { $set: { low: true } });
    expect(many).toMatchObject({ matchedCount: 5, modifiedCount: 5 });
    const same = await collection.updateOne({ _id: 2 }, { $set: { n: 2 } });
    expect(same).toMatchObject({ matchedCount: 1, modifiedCount: 0 });
    expect(await collection.replaceOne({ _id: 4 }, { z: 1 })).toMatchObject({ modifiedCount: 1 });
    expect(await collection.findOne({ _id: 4 })).toEqual({ _id: 4, z: 1 });
    expect((await collection.deleteOne({ n: { $gt: 6 } })).deletedCount).toBe(1);
    expect((await collection.deleteMany({ n: { $gt: 6 } })).deletedCount).toBe(2);
  });

  it('finds and changes in one step', async () => {
    const collection = await numbers(10);
    const after = await collection.findOneAndUpdate({ _id: 3 }, { $inc: { n: 1 } }, { returnDocument: 'after' });
    expect(after.n).toBe(4);
    const options = { sort: { n: -1 }, projection: { n: 1 } } as const;
    expect(await collection.findOneAndUpdate({ tag: 'a' }, { $set: { seen: 1 } }, options)).toEqual({ _id: 8, n: 8 });
    expect(await collection.findOneAndReplace({ _id: 5 }, { r: 1 }, { returnDocument: 'after' })).toEqual({
      _id: 5,
      r: 1,
    });
    expect(await collection.findOneAndDelete({ _id: 3 })).toMatchObject({ n: 4 });
    expect(await collection.findOneAndDelete({ _id: 3 })).toBeNull();
  });

  it('upserts with what the filter says by equality', async () => {
    const collection = mongoUnderTest.collection();
    const update = { $set: { a: 1 }, $setOnInsert: { made: true } };
    const filter = { email: 'q@x', 'p.q': 1, age: { $gt: 3 }, kind: { $in: ['k'] } };
    const first = await collection.updateOne(filter, update, { upsert: true });
    expect(first.upsertedCount).toBe(1);
    const { _id, ...rest } = await collection.findOne({});
    expect(_id).toEqual(first.upsertedId);
    expect(rest).toEqual({ email: 'q@x', p: { q: 1 }, kind: 'k', a: 1, made: true });
    const again = await collection.updateOne(
      { email: 'q@x' },
      { $set: { a: 2 }, $setOnInsert: { made: false } },
      { upsert: true },
    );
    expect(again).toMatchObject({ upsertedCount: 0, modifiedCount: 1 });
    expect(await collection.findOne({})).toMatchObject({ a: 2, made: true });
  });

  it('upserts once, however many try', async () => {
    const collection = mongoUnderTest.collection();
    await collection.createIndex({ k: 1 }, { unique: true });
    const tries = Array.from({ length: 40 }, () =>
      collection.updateOne({ k: 'race' }, { $inc: { n: 1 } }, { upsert: true }).catch((error) => {
        if (error.code !== 11000) throw error;
      }),
    );
    await Promise.all(tries);
    expect(await collection.countDocuments({ k: 'race' })).toBe(1);
  });

  it('writes in bulk, and goes on after an error where it is unordered', async () => {
    const collection = mongoUnderTest.collection();
    const result = await collection.bulkWrite([
      { insertOne: { document: { _id: 1, n: 1 } } },
      { insertOne: { document: { _id: 2, n: 2 } } },
      { updateOne: { filter: { _id: 1 }, update: { $inc: { n: 10 } } } },
      { updateMany: { filter: {}, update: [{ $set: { twice: { $multiply: ['$n', 2] } } }] } },
      { updateOne: { filter: { _id: 3 }, update: { $set: { n: 3 } }, upsert: true } },
      { deleteOne: { filter: { _id: 2 } } },
    ]);
    expect(result).toMatchObject({ insertedCount: 2, modifiedCount: 3, upsertedIds: { 4: 3 }, deletedCount: 1 });
    expect(await collection.find({}).sort({ _id: 1 }).toArray()).toEqual([
      { _id: 1, n: 11, twice: 22 },
      { _id: 3, n: 3 },
    ]);
    const docs = [{ _id: 4 }, { _id: 1 }, { _id: 5 }];
    const unordered = collection.insertMany(docs, { ordered: false });
    await expect(unordered).rejects.toMatchObject({ code: 11000, insertedCount: 2 });
    await expect(collection.insertMany([{ _id: 1 }, { _id: 6 }])).rejects.toMatchObject({ insertedCount: 0 });
    expect(await collection.countDocuments({ _id: 6 })).toBe(0);
  });

  it('keeps the types of values', async () => {
    const collection = mongoUnderTest.collection();
    const doc = {
      _id: new ObjectId(),
      long: Long.fromString('9007199254740993'),
      decimal: Decimal128.fromString('1.50'),
      bytes: Buffer.from([255, 0, 1]),
      date: new Date(5),
      pattern: /a/i,
      nothing: null,
      list: [1, 'x', { y: 1 }],
      nested: { a: { b: [] } },
    };
    await collection.insertOne(doc);
    const found = await collection.findOne({ _id: doc._id }, { promoteBuffers: true });
    expect({ ...found, bytes: [...found.bytes] }).toEqual({ ...doc, bytes: [255, 0, 1] });
    expect(found.long.toString()).toBe('9007199254740993');
    expect(Object.keys(found)).toEqual(Object.keys(doc));
  });
});

describe('collections and databases', () => {
  it('are made by the first write, listed, renamed and dropped', async () => {
    const { client, engine } = mongoUnderTest;
    const db = client.db(engine.newDatabase());
    await db.collection('one').insertOne({});
    await db.createCollection('two');
    await expect(db.createCollection('two')).rejects.toMatchObject({ code: 48 });
    const names = async (): Promise<string[]> => (await db.listCollections().toArray()).map(({ name }) => name).sort();
    expect(await names()).toEqual(['one', 'two']);
    expect(await db.listCollections({ name: 'two' }, { nameOnly: true }).toArray()).toMatchObject([{ name: 'two' }]);
    await db.collection('two').rename('three');
    await db.collection('one').drop();
    expect(await names()).toEqual(['three']);
    const { databases } = await client.db('admin').admin().listDatabases();
    expect(databases.map(({ name }) => name)).toContain(db.databaseName);
    await db.dropDatabase();
    expect(await names()).toEqual([]);
    expect(await db.collection('three').find().toArray()).toEqual([]);
  });

  it('answers what tools and health checks ask', async () => {
    const admin = mongoUnderTest.client.db('admin');
    expect(await admin.command({ ping: 1 })).toMatchObject({ ok: 1 });
    expect((await admin.command({ buildInfo: 1 })).version).toMatch(/^\d+\.\d+\.\d+$/);
    expect(await admin.command({ connectionStatus: 1 })).toHaveProperty('authInfo');
    expect((await admin.command({ serverStatus: 1 })).connections.current).toBeGreaterThan(0);
    expect(await mongoUnderTest.db.command({ dbStats: 1 })).toMatchObject({ db: mongoUnderTest.db.databaseName });
    await expect(admin.command({ noSuchCommand: 1 })).rejects.toMatchObject({ code: 59 });
  });
});
