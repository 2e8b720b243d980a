import mongoose, { mongo, Schema } from 'mongoose';
import { IndexCheck, type Unserved } from './index-check.js';
import { declaredBy, type DeclaredIndex } from './index-check/indexes.js';
import { useMongo } from './use-mongo.js';

const mongoUnderTest = useMongo({ client: { monitorCommands: true } });
const checks: IndexCheck[] = [];

afterEach(() => checks.splice(0).forEach((check) => check.stop()));

/** The queries without an index of what `run` does to a collection with these indexes. */
async function unservedIn(
  indexes: DeclaredIndex[],
  run: (collection: mongo.Collection<any>) => Promise<unknown>,
): Promise<Unserved[]> {
  const collection = mongoUnderTest.collection();
  const check = new IndexCheck(mongoUnderTest.client, { [collection.collectionName]: indexes });
  checks.push(check);
  await run(collection);
  check.stop();
  return check.unserved();
}

/** Whether a query with this filter and sort is served. */
async function isServed(key: DeclaredIndex['key'], filter: object, sort: mongo.Sort = {}, more: object = {}) {
  return (await unservedIn([{ key, ...more }], (c) => c.find(filter).sort(sort).toArray())).length === 0;
}

describe('a query is served', () => {
  const key = { user: 1, at: -1, _id: 1 } as const;

  it('by the first fields of an index', async () => {
    expect(await isServed(key, { user: 1 })).toBe(true);
    expect(await isServed(key, { user: { $in: [1, 2] }, at: { $gt: 3 }, other: 1 })).toBe(true);
    expect(await isServed(key, { $and: [{ user: 1 }, { other: { $ne: 2 } }] })).toBe(true);
    expect(await isServed(key, { at: 1 })).toBe(false);
    expect(await isServed(key, { other: 1 })).toBe(false);
    expect(await isServed(key, {})).toBe(false);
    expect(await isServed({ at: 1 }, { at: { $lt: 5 } })).toBe(true);
    expect(await isServed({ at: 1 }, { at: { $ne: 5 } })).toBe(false);
    expect(await isServed({ name: 1 }, { name: /^ab/ })).toBe(true);
    expect(await isServed({ name: 1 }, { name: /ab/ })).toBe(false);
    expect(await isServed({ 'items.k': 1 }, { items: { $elemMatch: { k: 1 } } })).toBe(true);
  });

  it('by _id, which needs no declaration', async () => {
    expect(await isServed({ x: 1 }, { _id: 1, epoch: 2 })).toBe(true);
    expect(await isServed({ x: 1 }, { _id: { $in: [1, 2] } })).toBe(true);
    expect(await isServed({ x: 1 }, { _id: 1 }, { at: 1 })).toBe(true);
    expect(await isServed({ x: 1 }, { _id: { $gt: 1 } }, { _id: 1 })).toBe(true);
  });

  it('with its sort in the order of the index, or all against it', async () => {
    expect(await isServed(key, { user: 1 }, { at: -1, _id: 1 })).toBe(true);
    expect(await isServed(key, { user: 1 }, { at: 1, _id: -1 })).toBe(true);
    expect(await isServed(key, { user: 1 }, { at: 1, _id: 1 })).toBe(false);
    expect(await isServed(key, { user: 1 }, { _id: 1 })).toBe(false);
    expect(await isServed(key, { user: 1, at: 2 }, { _id: 1 })).toBe(true);
    expect(await isServed(key, {}, { user: 1 })).toBe(true);
    expect(await isServed(key, { user: 1 }, { other: 1 })).toBe(false);
  });

  it('in each branch of an $or', async () => {
    expect(await isServed(key, { $or: [{ user: 1 }, { _id: 2 }] })).toBe(true);
    expect(await isServed(key, { $or: [{ user: 1 }, { other: 2 }] })).toBe(false);
    expect(await isServed(key, { user: 1, $or: [{ at: 1 }, { other: 2 }] })).toBe(true);
  });

  it('by a partial or sparse index only where that holds all it can find', async () => {
    const live = { partialFilterExpression: { state: 'live' } };
    expect(await isServed({ at: 1 }, { state: 'live', at: { $lt: 1 } }, { at: 1 }, live)).toBe(true);
    expect(await isServed({ at: 1 }, { state: 'live' }, { at: 1 }, live)).toBe(true);
    expect(await isServed({ at: 1 }, { state: 'live', x: 1 }, { at: 1 }, live)).toBe(false);
    expect(await isServed({ at: 1 }, { at: { $lt: 1 } }, {}, live)).toBe(false);
    expect(await isServed({ at: 1 }, { state: 'dead', at: { $lt: 1 } }, {}, live)).toBe(false);
    const there = { partialFilterExpression: { at: { $exists: true } } };
    expect(await isServed({ at: 1 }, { at: 1 }, {}, there)).toBe(true);
    expect(await isServed({ at: 1 }, { at: null }, {}, there)).toBe(false);
    expect(await isServed({ at: 1 }, { at: null }, {}, { sparse: true })).toBe(false);
    expect(await isServed({ at: 1 }, { at: 3 }, {}, { sparse: true })).toBe(true);
  });
});

describe('every command that looks for documents is seen', () => {
  it('and reported once by collection, shape and sort', async () => {
    const found = await unservedIn([{ key: { k: 1 } }], async (c) => {
      for (const a of [1, 2])
        await c
          .find({ a, b: { $gt: a } })
          .sort({ z: -1 })
          .toArray();
      await c.updateOne({ a: 1 }, { $set: { b: 1 } });
      await c.updateMany({ k: 1 }, { $set: { b: 1 } });
      await c.bulkWrite([
        { updateOne: { filter: { k: 1 }, update: { $set: { x: 1 } } } },
        { deleteOne: { filter: { c: 1 } } },
      ]);
      await c.deleteMany({ d: 1 });
      await c.findOneAndUpdate({ e: 1 }, { $set: { x: 1 } }, { sort: { f: 1 } });
      await c.countDocuments({ g: 1 });
      await c.distinct('h', { i: 1 });
      await c.distinct('k');
      await c.estimatedDocumentCount();
      await c.insertOne({ a: 1 });
    });
    expect(found.map(({ by, filter, sort }) => `${by} ${filter} ${sort}`)).toEqual([
      'find { a: =, b: $gt } { z: -1 }',
      'update { a: = } none',
      'delete { c: = } none',
      'delete { d: = } none',
      'findAndModify { e: = } { f: 1 }',
      'aggregate { g: = } none',
      'distinct { i: = } none',
    ]);
  });

  it('also what stages look for, in this collection and in others', async () => {
    const found = await unservedIn([{ key: { k: 1 } }], async (c) => {
      const other = mongoUnderTest.collection().collectionName;
      const graph = { from: c.collectionName, startWith: '$p', connectFromField: 'p', connectToField: '_id', as: 'up' };
      const bad = { ...graph, connectToField: 'q' };
      const own = { from: other, localField: 'k', foreignField: 'x', as: 'y' };
      await c
        .aggregate([{ $match: { k: 1 } }, { $match: { z: 1 } }, { $graphLookup: graph }, { $lookup: own }])
        .toArray();
      await c.aggregate([{ $match: { k: 1 } }, { $graphLookup: bad }]).toArray();
      const byId = [{ $match: { $expr: { $eq: ['$_id', '$$id'] } } }];
      await c
        .aggregate([{ $match: { k: 2 } }, { $lookup: { from: other, let: { id: '$k' }, pipeline: byId, as: 'z' } }])
        .toArray();
      await c
        .aggregate([{ $match: { k: 3 } }, { $unionWith: { coll: other, pipeline: [{ $match: { n: 1 } }] } }])
        .toArray();
      await c.aggregate([{ $group: { _id: '$k' } }]).toArray();
    });
    expect(found.map(({ by, filter }) => `${by} ${filter}`)).toEqual([
      '$lookup { x: = }',
      '$graphLookup { q: = }',
      'aggregate { n: = }',
      'aggregate {}',
    ]);
  });
});

it('fails with the list, and runs explain or says that it did not', async () => {
  const { engine, client } = mongoUnderTest;
  const collection = mongoUnderTest.collection();
  await collection.createIndex({ k: 1 });
  const check = new IndexCheck(client, { [collection.collectionName]: [{ key: { k: 1 } }] });
  checks.push(check);
  const log = jest.spyOn(console, 'log').mockImplementation(() => undefined);
  await collection.find({ k: 1 }).toArray();
  await collection.updateOne({ k: 1 }, { $set: { x: 1 } });
  await check.verify(engine);
  expect(log).toHaveBeenCalledTimes(engine.supports.explain ? 0 : 1);
  await collection.find({ other: 1 }).toArray();
  await expect(check.verify(engine)).rejects.toThrow(`find on ${collection.collectionName}: filter { other: = }`);
  log.mockRestore();
});

it('takes the indexes of mongoose’s models, and needs a client that tells its commands', async () => {
  const connection = mongoose.createConnection();
  connection.model(
    'Thing',
    new Schema({ email: { type: String, unique: true }, at: Date }).index({ at: 1, email: -1 }),
  );
  const { things } = declaredBy(connection);
  expect(things).toMatchObject([{ key: { email: 1 }, unique: true }, { key: { at: 1, email: -1 } }]);
  const silent = mongoUnderTest.connect();
  expect(() => new IndexCheck(silent, {})).toThrow('monitorCommands');
  await silent.close();
  await connection.close();
});
