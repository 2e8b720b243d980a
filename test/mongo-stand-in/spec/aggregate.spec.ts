import { mongo } from 'mongoose';
import { useMongo } from '../../support/mongo/use-mongo.js';

const mongoUnderTest = useMongo();

async function aggregate(docs: object[], pipeline: mongo.Document[]): Promise<mongo.Document[]> {
  const collection = mongoUnderTest.collection();
  if (docs.length) await collection.insertMany(docs);
  return collection.aggregate(pipeline).toArray();
}

const sales = [
  { u: 1, v: 2 },
  { u: 1, v: 3 },
  { u: 2, v: 9 },
];

it('matches, sorts, limits, projects and counts', async () => {
  const pipeline = [{ $match: { v: { $gt: 2 } } }, { $sort: { v: -1 } }, { $limit: 1 }, { $project: { _id: 0, v: 1 } }];
  expect(await aggregate(sales, pipeline)).toEqual([{ v: 9 }]);
  expect(await aggregate(sales, [{ $match: { u: 1 } }, { $count: 'n' }])).toEqual([{ n: 2 }]);
  expect(await aggregate(sales, [{ $match: { u: 7 } }, { $count: 'n' }])).toEqual([]);
  expect(await aggregate([{ a: 1, b: { c: 1, d: 2 } }], [{ $project: { _id: 0, 'b.c': 1, x: { y: '$a' } } }])).toEqual([
    { b: { c: 1 }, x: { y: 1 } },
  ]);
});

it('groups', async () => {
  const group = { _id: '$u', sum: { $sum: '$v' }, avg: { $avg: '$v' }, most: { $max: '$v' }, all: { $push: '$v' } };
  expect(await aggregate(sales, [{ $sort: { v: 1 } }, { $group: group }, { $sort: { _id: 1 } }])).toEqual([
    { _id: 1, sum: 5, avg: 2.5, most: 3, all: [2, 3] },
    { _id: 2, sum: 9, avg: 9, most: 9, all: [9] },
  ]);
  const dates = [{ at: new Date(5) }, { at: new Date(3) }, {}];
  const ends = { _id: null, first: { $min: '$at' }, last: { $max: '$at' }, n: { $sum: 1 } };
  expect(await aggregate(dates, [{ $group: ends }])).toEqual([
    { _id: null, first: new Date(3), last: new Date(5), n: 3 },
  ]);
});

it('puts documents into buckets, and leaves out the empty ones', async () => {
  const docs = [1, 5, 5, 10, 19, 50].map((n) => ({ n }));
  const bucket = { groupBy: '$n', boundaries: [0, 5, 10, 15, 20], default: 'more' };
  expect(await aggregate(docs, [{ $bucket: bucket }])).toEqual([
    { _id: 0, count: 1 },
    { _id: 5, count: 2 },
    { _id: 10, count: 1 },
    { _id: 15, count: 1 },
    { _id: 'more', count: 1 },
  ]);
  const output = { n: { $sum: 1 }, all: { $push: '$n' } };
  expect(await aggregate(docs, [{ $bucket: { ...bucket, boundaries: [0, 6], output } }])).toEqual([
    { _id: 0, n: 3, all: [1, 5, 5] },
    { _id: 'more', n: 3, all: [10, 19, 50] },
  ]);
  await expect(aggregate(docs, [{ $bucket: { groupBy: '$n', boundaries: [0, 5] } }])).rejects.toThrow();
});

it('unwinds arrays', async () => {
  const docs = [{ _id: 1, l: ['a', 'b'] }, { _id: 2, l: [] }, { _id: 3, l: '' }, { _id: 4 }];
  expect(await aggregate(docs, [{ $unwind: '$l' }])).toEqual([
    { _id: 1, l: 'a' },
    { _id: 1, l: 'b' },
    { _id: 3, l: '' },
  ]);
  const all = { path: '$l', includeArrayIndex: 'i', preserveNullAndEmptyArrays: true };
  expect((await aggregate(docs, [{ $unwind: all }])).map(({ _id }) => _id)).toEqual([1, 1, 2, 3, 4]);
});

it('runs several pipelines over the same documents, and computes fields', async () => {
  const facets = { n: [{ $count: 'c' }], items: [{ $sort: { v: -1 } }, { $limit: 1 }] };
  const [found] = await aggregate(sales, [{ $match: { u: 1 } }, { $facet: facets }]);
  expect(found).toMatchObject({ n: [{ c: 2 }], items: [{ v: 3 }] });
  const size = { $cond: [{ $gt: ['$v', 2] }, 'high', 'low'] };
  const [first] = await aggregate(sales, [{ $addFields: { size } }, { $sortByCount: '$size' }]);
  expect(first).toEqual({ _id: 'high', count: 2 });
});

describe('with another collection', () => {
  it('looks up by field and by pipeline', async () => {
    const users = mongoUnderTest.collection();
    await users.insertMany([
      { _id: 1, name: 'one' },
      { _id: 2, name: 'two' },
      { _id: 3, name: 'three' },
    ]);
    const from = users.collectionName;
    const byField = { from, localField: 'u', foreignField: '_id', as: 'user' };
    const joined = await aggregate(sales, [{ $sort: { v: 1 } }, { $lookup: byField }, { $unwind: '$user' }]);
    expect(joined.map(({ user }) => user.name)).toEqual(['one', 'one', 'two']);
    const above = [{ $match: { $expr: { $gt: ['$_id', '$$u'] } } }, { $sort: { _id: 1 } }];
    const byPipeline = { from, let: { u: '$u' }, pipeline: above, as: 'others' };
    const [row] = await aggregate([{ u: 1 }], [{ $lookup: byPipeline }]);
    expect(row.others.map(({ name }: mongo.Document) => name)).toEqual(['two', 'three']);
  });

  it('follows a tree upwards, so far and no further', async () => {
    const messages = mongoUnderTest.collection();
    const rows = ['a', 'b', 'c', 'd'].map((_id, i, all) => ({ _id, conversation: 1, parent: i ? all[i - 1] : null }));
    await messages.insertMany([...rows, { _id: 'x', conversation: 2, parent: 'a' }]);
    const up = (maxDepth: number, conversation = 1) => [
      { $match: { _id: 'd' } },
      {
        $graphLookup: {
          from: messages.collectionName,
          startWith: '$parent',
          connectFromField: 'parent',
          connectToField: '_id',
          as: 'branch',
          depthField: 'depth',
          maxDepth,
          restrictSearchWithMatch: { conversation },
        },
      },
    ];
    const branch = async (pipeline: mongo.Document[]): Promise<unknown[]> => {
      const [{ branch: found }] = await messages.aggregate(pipeline).toArray();
      return found.sort((p: any, q: any) => p.depth - q.depth).map(({ _id, depth }: any) => [_id, depth]);
    };
    expect(await branch(up(9))).toEqual([
      ['c', 0],
      ['b', 1],
      ['a', 2],
    ]);
    expect(await branch(up(1))).toEqual([
      ['c', 0],
      ['b', 1],
    ]);
    expect(await branch(up(9, 2))).toEqual([]);
  });

  it('joins the documents of both', async () => {
    const other = mongoUnderTest.collection();
    await other.insertMany([{ v: 1 }, { v: 100 }]);
    const union = { $unionWith: { coll: other.collectionName, pipeline: [{ $match: { v: { $gt: 5 } } }] } };
    const found = await aggregate(sales, [union, { $sort: { v: -1 } }, { $limit: 2 }]);
    expect(found.map(({ v }) => v)).toEqual([100, 9]);
  });
});

it('says so where it does not know a stage or an expression', async () => {
  await expect(aggregate(sales, [{ $frobnicate: 1 }])).rejects.toMatchObject({ code: 40324 });
  await expect(aggregate(sales, [{ $project: { x: { $frobnicate: 1 } } }])).rejects.toThrow();
});
