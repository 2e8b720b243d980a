import { mongo } from 'mongoose';
import { useMongo } from '../../support/mongo/use-mongo.js';

const mongoUnderTest = useMongo();

/** The `_id`s of the documents that match. */
async function matching(docs: object[], filter: mongo.Filter<any>, options?: mongo.FindOptions): Promise<unknown[]> {
  const collection = mongoUnderTest.collection();
  await collection.insertMany(docs.map((doc, _id) => ({ _id, ...doc })));
  const found = await collection.find(filter, options).sort({ _id: 1 }).toArray();
  await collection.drop();
  return found.map(({ _id }) => _id);
}

const rejects = (filter: mongo.Filter<any>): Promise<void> =>
  expect(mongoUnderTest.collection().find(filter).toArray()).rejects.toMatchObject({ code: 2 });

describe('equality', () => {
  it('of null is also what is missing', async () => {
    const docs = [{ a: null }, {}, { a: 0 }, { a: [null] }, { a: [1] }];
    expect(await matching(docs, { a: null })).toEqual([0, 1, 3]);
    expect(await matching(docs, { a: { $ne: null } })).toEqual([2, 4]);
    expect(await matching(docs, { a: { $in: [null, 1] } })).toEqual([0, 1, 3, 4]);
  });

  it('of documents goes by the order of fields, of arrays by the whole or an element', async () => {
    expect(await matching([{ o: { a: 1, b: 2 } }, { o: { b: 2, a: 1 } }], { o: { b: 2, a: 1 } })).toEqual([1]);
    expect(await matching([{ a: [1, 2] }, { a: [[1, 2]] }, { a: [2, 1] }], { a: [1, 2] })).toEqual([0, 1]);
  });

  it('of numbers goes by value, of everything else by type too', async () => {
    const docs = [
      { a: 1 },
      { a: mongo.Long.fromNumber(1) },
      { a: mongo.Decimal128.fromString('1.0') },
      { a: '1' },
      { a: true },
    ];
    expect(await matching(docs, { a: 1 })).toEqual([0, 1, 2]);
    expect(await matching([{ a: Buffer.from([254]) }], { a: Buffer.from([255]) })).toEqual([]);
    const id = new mongo.ObjectId();
    expect(await matching([{ a: id }, { a: String(id) }], { a: id })).toEqual([0]);
  });

  it('goes through arrays of documents', async () => {
    const docs = [{ a: [{ b: 1 }, { b: 2 }] }, { a: { b: 2 } }, { a: [{ b: 3 }] }];
    expect(await matching(docs, { 'a.b': 2 })).toEqual([0, 1]);
    expect(await matching(docs, { 'a.0.b': 3 })).toEqual([2]);
    expect(await matching(docs, { 'a.b': { $nin: [2, 3] } })).toEqual([]);
  });
});

describe('order', () => {
  it('is within a type', async () => {
    const docs = [{ a: 1 }, { a: '1' }, { a: null }, {}, { a: new Date(0) }, { a: [0, 9] }];
    expect(await matching(docs, { a: { $gt: 0 } })).toEqual([0, 5]);
    expect(await matching(docs, { a: { $lte: null } })).toEqual([2, 3]);
    expect(await matching(docs, { a: { $gte: new Date(0) } })).toEqual([4]);
    const decimals = [{ a: mongo.Decimal128.fromString('9') }, { a: mongo.Decimal128.fromString('10') }];
    expect(await matching(decimals, { a: { $gt: mongo.Decimal128.fromString('9.5') } })).toEqual([1]);
  });

  it('of a sort is over all types', async () => {
    const collection = mongoUnderTest.collection();
    const values = [true, 'a', 3, null, { a: 1 }, new Date(0), [2], new mongo.ObjectId()];
    await collection.insertMany(values.map((v, _id) => ({ _id, v })));
    const found = await collection.find({}).sort({ v: 1, _id: 1 }).toArray();
    expect(found.map(({ _id }) => _id)).toEqual([3, 6, 2, 1, 4, 7, 0, 5]);
    const falling = await collection.find({}).sort({ v: -1 }).limit(2).toArray();
    expect(falling.map(({ _id }) => _id)).toEqual([5, 0]);
  });
});

describe('operators', () => {
  it('$exists sees what is in arrays', async () => {
    const docs = [{ a: [{ b: 1 }, { c: 1 }] }, { a: [{ c: 1 }] }, { a: { b: null } }, { a: 1 }, {}, { a: [] }];
    expect(await matching(docs, { 'a.b': { $exists: true } })).toEqual([0, 2]);
    expect(await matching(docs, { 'a.b': { $exists: false } })).toEqual([1, 3, 4, 5]);
    expect(await matching(docs, { a: { $exists: true } })).toEqual([0, 1, 2, 3, 5]);
    expect(await matching(docs, { 'a.0': { $exists: true } })).toEqual([0, 1]);
  });

  it('$elemMatch wants all of it of one element', async () => {
    const docs = [{ a: [{ x: 1, y: 2 }] }, { a: [{ x: 1 }, { y: 2 }] }, { a: [4, 12] }, { a: 5 }];
    expect(await matching(docs, { a: { $elemMatch: { x: 1, y: 2 } } })).toEqual([0]);
    expect(await matching(docs, { 'a.x': 1, 'a.y': 2 })).toEqual([0, 1]);
    expect(await matching(docs, { a: { $elemMatch: { $gt: 3, $lt: 10 } } })).toEqual([2]);
    expect(await matching(docs, { a: { $elemMatch: { $or: [{ x: 1 }, { y: 2 }] } } })).toEqual([0, 1]);
  });

  it('$all, $size, $type, $mod and $not', async () => {
    const docs = [{ a: ['x', 'y'] }, { a: 'x' }, { a: 7 }, { a: 1.5 }, {}];
    expect(await matching(docs, { a: { $all: ['y', 'x'] } })).toEqual([0]);
    expect(await matching(docs, { a: { $all: ['x'] } })).toEqual([0, 1]);
    expect(await matching(docs, { a: { $size: 2 } })).toEqual([0]);
    expect(await matching(docs, { a: { $type: 'string' } })).toEqual([0, 1]);
    expect(await matching(docs, { a: { $type: ['array', 'double'] } })).toEqual([0, 3]);
    expect(await matching(docs, { a: { $type: 'number' } })).toEqual([2, 3]);
    expect(await matching(docs, { a: { $mod: [4, 3] } })).toEqual([2]);
    expect(await matching(docs, { a: { $not: { $gt: 2 } } })).toEqual([0, 1, 3, 4]);
  });

  it('regular expressions', async () => {
    const docs = [{ a: 'Hello' }, { a: 'shell' }, { a: ['x', 'hello'] }, { a: 1 }];
    expect(await matching(docs, { a: /^hell/ })).toEqual([2]);
    expect(await matching(docs, { a: { $regex: '^hell', $options: 'i' } })).toEqual([0, 2]);
    expect(await matching(docs, { a: { $in: [/^sh/, 1] } })).toEqual([1, 3]);
    expect(await matching(docs, { a: { $not: /ell/ } })).toEqual([3]);
  });

  it('logic and expressions', async () => {
    const docs = [{ a: 1, b: 2 }, { a: 2, b: 1 }, { a: 3 }];
    expect(await matching(docs, { $or: [{ a: 1 }, { b: 1 }] })).toEqual([0, 1]);
    expect(await matching(docs, { $and: [{ a: { $gt: 1 } }, { b: { $exists: true } }] })).toEqual([1]);
    expect(await matching(docs, { $nor: [{ a: 1 }, { b: 1 }] })).toEqual([2]);
    expect(await matching(docs, { $expr: { $gt: ['$a', '$b'] } })).toEqual([1, 2]);
    expect(await matching(docs, { $expr: { $gt: ['$a', '$$least'] } }, { let: { least: 1 } })).toEqual([1, 2]);
    expect(await matching([{ at: new Date(0) }], { $expr: { $lt: ['$at', '$$NOW'] } })).toEqual([0]);
  });

  it('compares strings as the collation says', async () => {
    const docs = [{ a: 'Ada' }, { a: 'ada' }, { a: 'Äda' }];
    expect(await matching(docs, { a: 'ada' }, { collation: { locale: 'en', strength: 2 } })).toEqual([0, 1]);
    expect(await matching(docs, { a: 'ada' }, { collation: { locale: 'en', strength: 1 } })).toEqual([0, 1, 2]);
  });

  it('refuses what is none', async () => {
    await rejects({ a: { $foo: 1 } });
    await rejects({ $foo: 1 });
    await rejects({ $or: [] });
    await rejects({ a: { $in: 1 } } as never);
  });
});

describe('a projection', () => {
  const doc = {
    _id: 1,
    a: 1,
    list: [1, 2, 3, 4],
    docs: [
      { x: 1, y: 1 },
      { x: 2, y: 2 },
    ],
    o: { p: 1, q: { r: 1, s: 2 } },
  };
  const project = async (projection: mongo.Document, filter: mongo.Filter<any> = {}): Promise<unknown> => {
    const collection = mongoUnderTest.collection();
    await collection.insertOne(doc);
    return collection.findOne(filter, { projection });
  };

  it('keeps or drops fields, also inside of documents and arrays', async () => {
    expect(await project({ a: 1 })).toEqual({ _id: 1, a: 1 });
    expect(await project({ _id: 0, 'o.q.r': 1, 'docs.x': 1 })).toEqual({
      docs: [{ x: 1 }, { x: 2 }],
      o: { q: { r: 1 } },
    });
    expect(await project({ list: 0, docs: 0, 'o.q': 0 })).toEqual({ _id: 1, a: 1, o: { p: 1 } });
    expect(await project({ _id: 0 })).toEqual({ a: 1, list: doc.list, docs: doc.docs, o: doc.o });
    expect(await project({ _id: 1 })).toEqual({ _id: 1 });
    expect(await project({ o: { p: 1 } })).toEqual({ _id: 1, o: { p: 1 } });
  });

  it('by $slice alone keeps the other fields', async () => {
    expect(await project({ list: { $slice: 2 } })).toEqual({ ...doc, list: [1, 2] });
    expect(await project({ list: { $slice: -1 } })).toEqual({ ...doc, list: [4] });
    expect(await project({ list: { $slice: [1, 2] } })).toEqual({ ...doc, list: [2, 3] });
    expect(await project({ a: 1, list: { $slice: 1 } })).toEqual({ _id: 1, a: 1, list: [1] });
    expect(await project({ a: 0, list: { $slice: 1 } })).toEqual({ _id: 1, list: [1], docs: doc.docs, o: doc.o });
  });

  it('shows the element that matched', async () => {
    expect(await project({ docs: { $elemMatch: { x: 2 } } })).toEqual({ _id: 1, docs: [{ x: 2, y: 2 }] });
    expect(await project({ 'docs.$': 1 }, { 'docs.x': 2 })).toEqual({ _id: 1, docs: [{ x: 2, y: 2 }] });
  });

  it('computes', async () => {
    expect(await project({ _id: 0, sum: { $add: ['$a', '$o.p'] }, n: { $size: '$list' } })).toEqual({ sum: 2, n: 4 });
  });

  it('can not both keep and drop', async () => {
    await expect(project({ a: 1, o: 0 })).rejects.toMatchObject({ code: 31254 });
    await expect(project({ a: 0, o: 1 })).rejects.toMatchObject({ code: 31253 });
  });
});
