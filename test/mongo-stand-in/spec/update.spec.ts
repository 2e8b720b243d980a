import { mongo } from 'mongoose';
import { useMongo } from '../../support/mongo/use-mongo.js';

const mongoUnderTest = useMongo();

type Change = mongo.Document | mongo.Document[];

/** What the update makes of the document, without its `_id`. */
async function updated(doc: object, change: Change, options: mongo.UpdateOptions = {}, filter: object = {}) {
  const collection = mongoUnderTest.collection();
  await collection.insertOne({ _id: 1, ...doc });
  await collection.updateOne({ _id: 1, ...filter }, change, options);
  const { _id, ...rest } = await collection.findOne({ _id: 1 });
  await collection.drop();
  return rest;
}

const refused = (doc: object, change: Change, code: number, filter?: object): Promise<void> =>
  expect(updated(doc, change, {}, filter)).rejects.toMatchObject({ code });

describe('fields', () => {
  it('are set, removed and renamed, also inside of what is not there yet', async () => {
    expect(await updated({ a: 1, b: { c: 1 } }, { $set: { 'b.d': 2, 'x.y': 3 }, $unset: { a: '' } })).toEqual({
      b: { c: 1, d: 2 },
      x: { y: 3 },
    });
    expect(await updated({ a: 1, b: 2 }, { $rename: { a: 'c.d' } })).toEqual({ b: 2, c: { d: 1 } });
    expect(await updated({ a: [1, 2, 3] }, { $set: { 'a.1': 9, 'a.4': 5 } })).toEqual({ a: [1, 9, 3, null, 5] });
    expect(await updated({ a: [1, 2] }, { $unset: { 'a.0': '' } })).toEqual({ a: [null, 2] });
  });

  it('are counted and bounded', async () => {
    expect(await updated({ n: 1 }, { $inc: { n: 2, fresh: -1 }, $mul: { none: 3 } })).toEqual({
      n: 3,
      fresh: -1,
      none: 0,
    });
    expect(await updated({ n: 5 }, { $mul: { n: 1.5 } })).toEqual({ n: 7.5 });
    expect(await updated({ a: 5, b: 5 }, { $min: { a: 3, b: 9, c: 1 } })).toEqual({ a: 3, b: 5, c: 1 });
    expect(await updated({ a: 5, b: 5 }, { $max: { a: 3, b: 9, c: 1 } })).toEqual({ a: 5, b: 9, c: 1 });
    expect(await updated({ at: new Date(5) }, { $max: { at: new Date(3) } })).toEqual({ at: new Date(5) });
  });

  it('get the time of the server', async () => {
    const { at } = await updated({}, { $currentDate: { at: true } });
    expect(at).toBeInstanceOf(Date);
  });

  it('only of a new document are set by $setOnInsert', async () => {
    expect(await updated({ a: 1 }, { $setOnInsert: { a: 2 }, $set: { b: 1 } })).toEqual({ a: 1, b: 1 });
  });

  it('stay as they are where the types do not fit', async () => {
    await refused({ a: 'x' }, { $inc: { a: 1 } }, 14);
    await refused({ a: 1 }, { $inc: { a: 'x' } }, 14);
    await refused({ a: 1 }, { $set: { 'a.b': 1 } }, 28);
    await refused({ a: 1 }, { $set: { _id: 2 } }, 66);
    await refused({ a: 1 }, { $set: { a: 1, 'a.b': 1 } }, 40);
    await refused({ a: 1 }, { $set: { a: 1 }, $inc: { a: 1 } }, 40);
    await refused({ a: 1 }, { $frobnicate: { a: 1 } }, 9);
  });
});

describe('arrays', () => {
  it('are pushed to, in order, cut and sorted', async () => {
    expect(await updated({ a: [1] }, { $push: { a: 2, b: 1 } })).toEqual({ a: [1, 2], b: [1] });
    expect(await updated({ a: [1] }, { $push: { a: [2] } })).toEqual({ a: [1, [2]] });
    expect(await updated({ a: [1] }, { $push: { a: { $each: [3, 2], $position: 0 } } })).toEqual({ a: [3, 2, 1] });
    expect(await updated({ a: [5] }, { $push: { a: { $each: [3, 4], $sort: 1, $slice: 2 } } })).toEqual({ a: [3, 4] });
    expect(await updated({ a: [1, 2] }, { $push: { a: { $each: [9, 8], $slice: -3 } } })).toEqual({ a: [2, 9, 8] });
    const docs = { $each: [{ n: 1 }], $sort: { n: 1 } };
    expect(await updated({ a: [{ n: 2 }] }, { $push: { a: docs } })).toEqual({ a: [{ n: 1 }, { n: 2 }] });
  });

  it('take a value that they do not have', async () => {
    expect(await updated({ a: [1] }, { $addToSet: { a: 1, b: 1 } })).toEqual({ a: [1], b: [1] });
    expect(await updated({ a: [{ x: 1 }] }, { $addToSet: { a: { x: 1 } } })).toEqual({ a: [{ x: 1 }] });
  });

  it('keep what they have twice when values are added', async () => {
    const change = { $addToSet: { a: { $each: [2, 3, 3, 1] } } };
    expect(await updated({ a: [1, 1, 2] }, change)).toEqual({ a: [1, 1, 2, 3] });
    expect(await updated({ a: [3, 3] }, { $addToSet: { a: { $each: [] } } })).toEqual({ a: [3, 3] });
  });

  it('lose values, by equality and by conditions', async () => {
    expect(await updated({ a: [1, 2, 1] }, { $pull: { a: 1 } })).toEqual({ a: [2] });
    expect(await updated({ a: [1, 5, 9] }, { $pull: { a: { $gte: 5 } } })).toEqual({ a: [1] });
    const docs = { a: [{ x: 1, y: 1 }, { x: 1, y: 2 }, 7] };
    expect(await updated(docs, { $pull: { a: { x: 1, y: { $gt: 1 } } } })).toEqual({ a: [{ x: 1, y: 1 }, 7] });
    expect(await updated({ a: ['ab', 'cd'] }, { $pull: { a: /^a/ } })).toEqual({ a: ['cd'] });
    expect(await updated({ a: [1, 2, 3] }, { $pullAll: { a: [1, 3] } })).toEqual({ a: [2] });
    expect(await updated({ a: [1, 2, 3], b: [1, 2] }, { $pop: { a: 1, b: -1 } })).toEqual({ a: [1, 2], b: [2] });
    expect(await updated({}, { $pull: { a: 1 }, $pop: { b: 1 } })).toEqual({});
  });

  it('refuse what is no array', async () => {
    await refused({ a: 1 }, { $push: { a: 1 } }, 2);
    await refused({ a: 1 }, { $addToSet: { a: 1 } }, 2);
    await refused({ a: 1 }, { $pull: { a: 1 } }, 2);
    await refused({ a: 1 }, { $pullAll: { a: [1] } }, 2);
    await refused({ a: 1 }, { $pop: { a: 1 } }, 14);
    await refused({ a: [1] }, { $pop: { a: 2 } }, 9);
  });

  it('are changed in the element that matched, in all, or in those of a filter', async () => {
    const items = [
      { k: 'x', n: 1 },
      { k: 'y', n: 2 },
      { k: 'y', n: 3 },
    ];
    const counts = (doc: any): number[] => doc.items.map(({ n }: { n: number }) => n);
    expect(counts(await updated({ items }, { $inc: { 'items.$.n': 10 } }, {}, { 'items.k': 'y' }))).toEqual([1, 12, 3]);
    expect(counts(await updated({ items }, { $inc: { 'items.$[].n': 10 } }))).toEqual([11, 12, 13]);
    const arrayFilters = [{ 'it.k': 'y', 'it.n': { $gt: 2 } }];
    expect(counts(await updated({ items }, { $set: { 'items.$[it].n': 0 } }, { arrayFilters }))).toEqual([1, 2, 0]);
    await refused({ items }, { $set: { 'items.$.n': 0 } }, 2);
  });
});

describe('a pipeline', () => {
  it('computes from what stands there', async () => {
    const change = [{ $set: { sum: { $add: ['$a', '$b'] } } }, { $unset: 'a' }];
    expect(await updated({ a: 1, b: 2 }, change)).toEqual({ b: 2, sum: 3 });
    const conditional = [
      { $set: { a: { $cond: [{ $lt: ['$a', 5] }, 5, '$a'] }, missing: { $ifNull: ['$x', 'none'] } } },
    ];
    expect(await updated({ a: 1 }, conditional)).toEqual({ a: 5, missing: 'none' });
    expect(await updated({ a: 1, b: 1 }, [{ $set: { a: '$$REMOVE' } }])).toEqual({ b: 1 });
    expect(await updated({ a: 1 }, [{ $set: { text: { $literal: '$a' } } }])).toEqual({ a: 1, text: '$a' });
    expect(await updated({ a: 1 }, [{ $replaceWith: { b: '$a' } }])).toEqual({ b: 1 });
  });

  it('adds to documents and goes into arrays', async () => {
    expect(await updated({ o: { a: 1 } }, [{ $set: { o: { b: 2 } } }])).toEqual({ o: { a: 1, b: 2 } });
    expect(await updated({ o: { a: 1 } }, [{ $set: { o: { $literal: { b: 2 } } } }])).toEqual({ o: { b: 2 } });
    expect(await updated({ o: { a: 1 } }, [{ $set: { 'o.b': 2 } }])).toEqual({ o: { a: 1, b: 2 } });
    expect(await updated({ l: [{ a: 1 }, { a: 2 }] }, [{ $set: { 'l.b': 0 } }])).toEqual({
      l: [
        { a: 1, b: 0 },
        { a: 2, b: 0 },
      ],
    });
  });

  it('has one time of the server', async () => {
    const change = [
      { $set: { a: '$$NOW', b: '$$NOW' } },
      { $set: { c: '$$NOW', age: { $subtract: ['$$NOW', '$a'] } } },
    ];
    const { a, b, c, age } = await updated({}, change);
    expect(a).toBeInstanceOf(Date);
    expect([b, c, age]).toEqual([a, a, 0]);
  });

  it('tells missing from null, and compares dates, ids and arrays as a whole', async () => {
    const is = { present: { $ne: [{ $type: '$a' }, 'missing'] }, none: { $eq: [{ $type: '$x' }, 'missing'] } };
    expect(await updated({ a: null }, [{ $set: is }])).toEqual({ a: null, present: true, none: true });
    const id = new mongo.ObjectId();
    const compared = [
      {
        $set: {
          sameId: { $eq: ['$id', id] },
          later: { $gt: ['$at', new Date(3)] },
          same: { $eq: ['$list', 1] },
          whole: { $eq: ['$list', [1, 2]] },
          inside: { $in: [2, '$list'] },
          most: { $max: ['$at', new Date(9)] },
        },
      },
      { $unset: ['id', 'at', 'list'] },
    ];
    const results = { sameId: true, later: true, same: false, whole: true, inside: true, most: new Date(9) };
    expect(await updated({ id, at: new Date(5), list: [1, 2] }, compared)).toEqual(results);
  });

  it('makes the document of an upsert', async () => {
    const collection = mongoUnderTest.collection();
    const claim = [{ $set: { n: { $add: [{ $ifNull: ['$n', 0] }, 1] }, at: { $ifNull: ['$at', '$$NOW'] } } }];
    const options = { upsert: true, returnDocument: 'after' } as const;
    const first = await collection.findOneAndUpdate({ _id: 'k' }, claim, options);
    const second = await collection.findOneAndUpdate({ _id: 'k' }, claim, options);
    expect(first.n).toBe(1);
    expect(second).toEqual({ _id: 'k', n: 2, at: first.at });
  });

  it('may not have other stages, nor change the _id', async () => {
    await refused({ a: 1 }, [{ $match: { a: 1 } }], 72);
    await refused({ a: 1 }, [{ $set: { _id: 5 } }], 66);
  });
});
