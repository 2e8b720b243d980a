import { mongo } from 'mongoose';
import { eventually } from '../../support/eventually.js';
import { useMongo } from '../../support/mongo/use-mongo.js';

const mongoUnderTest = useMongo();
const duplicate = { code: 11000 };

async function unique(key: mongo.IndexSpecification, options: mongo.CreateIndexesOptions = {}) {
  const collection = mongoUnderTest.collection();
  await collection.createIndex(key, { unique: true, ...options });
  return collection;
}

describe('a unique index', () => {
  it('refuses the second, however it comes, and says which', async () => {
    const collection = await unique({ email: 1 });
    await collection.insertMany([{ email: 'a' }, { email: 'b' }]);
    const error = await collection.insertOne({ email: 'a' }).catch((e: mongo.MongoServerError) => e as any);
    expect(error).toMatchObject({ ...duplicate, keyPattern: { email: 1 }, keyValue: { email: 'a' } });
    expect(error.message).toContain(`${collection.namespace} index: email_1`);
    await expect(collection.updateOne({ email: 'b' }, { $set: { email: 'a' } })).rejects.toMatchObject(duplicate);
    await expect(collection.findOneAndUpdate({ email: 'b' }, { $set: { email: 'a' } })).rejects.toMatchObject(
      duplicate,
    );
    await expect(collection.replaceOne({ email: 'b' }, { email: 'a' })).rejects.toMatchObject(duplicate);
    await expect(collection.insertOne({ _id: (await collection.findOne({}))._id })).rejects.toMatchObject({
      keyPattern: { _id: 1 },
    });
  });

  it('takes null and missing as one value, unless it is sparse', async () => {
    const strict = await unique({ k: 1 });
    await strict.insertOne({});
    await expect(strict.insertOne({ k: null })).rejects.toMatchObject(duplicate);
    const sparse = await unique({ k: 1 }, { sparse: true });
    await sparse.insertMany([{}, {}, { k: 1 }]);
    await expect(sparse.insertOne({ k: 1 })).rejects.toMatchObject(duplicate);
  });

  it('that is partial looks at its part only', async () => {
    const collection = await unique({ name: 1 }, { partialFilterExpression: { live: true } });
    await collection.insertMany([{ name: 'x' }, { name: 'x' }, { name: 'x', live: true }]);
    await expect(collection.insertOne({ name: 'x', live: true })).rejects.toMatchObject(duplicate);
    await expect(collection.updateOne({ live: { $ne: true } }, { $set: { live: true } })).rejects.toMatchObject(
      duplicate,
    );
  });

  it('over several fields and arrays has a key for each element', async () => {
    const collection = await unique({ t: 1, tags: 1 });
    await collection.insertMany([
      { t: 1, tags: ['a', 'b'] },
      { t: 2, tags: ['a'] },
    ]);
    await expect(collection.insertOne({ t: 1, tags: ['b', 'c'] })).rejects.toMatchObject(duplicate);
    await expect(collection.insertOne({ t: [1], tags: ['x', 'y'] })).resolves.toBeDefined();
    await expect(collection.insertOne({ t: [1, 2], tags: ['x', 'y'] })).rejects.toMatchObject({ code: 171 });
  });

  it('with a collation is blind to case', async () => {
    const collection = await unique({ email: 1 }, { collation: { locale: 'en', strength: 2 } });
    await collection.insertOne({ email: 'Ada@x' });
    await expect(collection.insertOne({ email: 'ada@X' })).rejects.toMatchObject(duplicate);
  });

  it('is not made where there are two already, nor changes what it stops', async () => {
    const collection = mongoUnderTest.collection();
    await collection.insertMany([
      { _id: 1, k: 1 },
      { _id: 2, k: 1 },
      { _id: 3, k: 2 },
    ]);
    await expect(collection.createIndex({ k: 1 }, { unique: true })).rejects.toMatchObject(duplicate);
    expect(await collection.indexes()).toHaveLength(1);
    await collection.deleteOne({ _id: 2 });
    await collection.createIndex({ k: 1 }, { unique: true });
    await expect(collection.updateMany({}, { $set: { k: 7 } })).rejects.toMatchObject(duplicate);
    expect(await collection.findOne({ _id: 3 })).toMatchObject({ k: 2 });
  });
});

describe('making indexes', () => {
  const names = async (collection: mongo.Collection<any>): Promise<unknown[]> =>
    (await collection.indexes()).map(({ name }) => name);

  it('may be repeated', async () => {
    const collection = mongoUnderTest.collection();
    for (let i = 0; i < 2; i++) {
      await collection.createIndexes([
        { key: { a: 1, b: -1 } },
        { key: { at: 1 }, expireAfterSeconds: 60 },
        { key: { a: 1 }, unique: true, partialFilterExpression: { live: true } },
      ]);
    }
    await collection.createIndex({ _id: 1 });
    expect(await names(collection)).toEqual(['_id_', 'a_1_b_-1', 'at_1', 'a_1']);
  });

  it('refuses another one of the same name, or the same under another name, with the codes of the server', async () => {
    const collection = mongoUnderTest.collection();
    await collection.createIndex({ a: 1 }, { name: 'one' });
    await collection.createIndex({ at: 1 }, { expireAfterSeconds: 60 });
    await expect(collection.createIndex({ b: 1 }, { name: 'one' })).rejects.toMatchObject({ code: 86 });
    await expect(collection.createIndex({ a: 1 }, { name: 'one', unique: true })).rejects.toMatchObject({ code: 86 });
    await expect(collection.createIndex({ a: 1 }, { name: 'two' })).rejects.toMatchObject({ code: 85 });
    await expect(collection.createIndex({ at: 1 }, { expireAfterSeconds: 9 })).rejects.toMatchObject({ code: 85 });
    await expect(collection.createIndex({ a: 1, b: 1 }, { expireAfterSeconds: 9 })).rejects.toMatchObject({ code: 67 });
  });

  it('is undone by dropping, by name, by key or all', async () => {
    const collection = await unique({ email: 1 });
    await collection.createIndexes([{ key: { a: 1 } }, { key: { b: 1 } }]);
    await collection.insertOne({ email: 'a' });
    await collection.dropIndex('email_1');
    await collection.insertOne({ email: 'a' });
    await mongoUnderTest.db.command({ dropIndexes: collection.collectionName, index: { a: 1 } });
    expect(await names(collection)).toEqual(['_id_', 'b_1']);
    await expect(collection.dropIndex('none')).rejects.toMatchObject({ code: 27 });
    await expect(collection.dropIndex('_id_')).rejects.toMatchObject({ code: 72 });
    await collection.dropIndexes();
    expect(await names(collection)).toEqual(['_id_']);
    await expect(mongoUnderTest.collection().indexes()).rejects.toMatchObject({ code: 26 });
  });
});

describe('a TTL index', () => {
  it('removes what is past its time, and nothing else', async () => {
    const collection = mongoUnderTest.collection();
    await collection.createIndex({ at: 1 }, { expireAfterSeconds: 1 });
    const past = new Date(Date.now() - 5_000);
    const future = new Date(Date.now() + 600_000);
    await collection.insertMany([
      { _id: 'past', at: past },
      { _id: 'list', at: [future, past] },
      { _id: 'future', at: future },
      { _id: 'no date', at: 'past' },
      { _id: 'none' },
    ]);
    await eventually(async () => (await collection.countDocuments({})) === 3);
    const left = await collection.find({}).sort({ _id: 1 }).toArray();
    expect(left.map(({ _id }) => _id)).toEqual(['future', 'no date', 'none']);
  });

  it('looks at its part only, and its time can be changed', async () => {
    const collection = mongoUnderTest.collection();
    const partialFilterExpression = { done: true };
    await collection.createIndex({ at: 1 }, { expireAfterSeconds: 100_000, partialFilterExpression });
    const at = new Date(Date.now() - 5_000);
    await collection.insertMany([
      { _id: 1, at, done: true },
      { _id: 2, at },
    ]);
    const index = { name: 'at_1', expireAfterSeconds: 0 };
    await mongoUnderTest.db.command({ collMod: collection.collectionName, index });
    await eventually(async () => (await collection.countDocuments({})) === 1);
    expect(await collection.findOne({})).toMatchObject({ _id: 2 });
  });
});

it('answers the same with an index as without', async () => {
  const plain = mongoUnderTest.collection();
  const indexed = mongoUnderTest.collection();
  await indexed.createIndexes([{ key: { a: 1, b: 1 } }, { key: { 'l.x': 1 } }, { key: { c: 1 }, sparse: true }]);
  const docs = Array.from({ length: 60 }, (_, i) => ({
    _id: i,
    a: i % 5 ? i % 3 : null,
    b: i % 4,
    ...(i % 7 && { c: i % 2 }),
    l: [{ x: i % 6 }, { y: 1 }],
  }));
  const filters = [
    { a: 1 },
    { a: 1, b: 2 },
    { a: null, b: { $in: [0, 1] } },
    { a: { $in: [1, 2] }, b: { $gt: 1 } },
    { c: null },
    { c: 1, a: 2 },
    { 'l.x': 3 },
    { 'l.x': null },
    { $or: [{ a: 1 }, { c: 1 }] },
    { _id: { $in: [3, 4, 99] }, a: { $ne: 1 } },
  ];
  for (const collection of [plain, indexed]) {
    await collection.insertMany(docs);
    await collection.updateMany({ a: 2 }, { $set: { a: 1 }, $unset: { c: '' } });
    await collection.deleteMany({ b: 3 });
  }
  for (const filter of filters) {
    const answers = [plain, indexed].map((collection) => collection.find(filter).sort({ _id: 1 }).toArray());
    const [without, withIndex] = await Promise.all(answers);
    expect(withIndex).toEqual(without);
  }
});
