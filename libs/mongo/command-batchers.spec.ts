import { Schema, type mongo } from 'mongoose';
import { BulkWriteBatcher, UpdateBatcher, FindBatcher, type MongoDatabase } from './index.js';
import { useDatabases } from './mongo.testing.js';

interface Thing {
  _id: string;
  name?: string;
  n: number;
  hidden?: boolean;
}

const databases = useDatabases();
const schema = new Schema({ _id: String, name: String, n: Number, hidden: Boolean }).index(
  { name: 1 },
  { unique: true, sparse: true },
);

let database: MongoDatabase;
let things: mongo.Collection<Thing>;
const commands: string[] = [];
const taken = () => commands.splice(0).sort();

beforeEach(async () => {
  database = await databases.open();
  const collection = database.collection<Thing>('things', schema);
  await collection.runIndexed((c) => c.insertMany(['a', 'b', 'c', 'd'].map((id, n) => ({ _id: id, n }))));
  things = await collection.run((c) => Promise.resolve(c));
  database.connection.getClient().on('commandStarted', ({ commandName }) => commands.push(commandName));
  commands.length = 0;
});
afterEach(() => database.close());

const byId = (id: string) => ({ filter: { _id: id }, update: { $inc: { n: 10 } } });
const standing = async () =>
  Object.fromEntries((await things.find({}).sort({ _id: 1 }).toArray()).map(({ _id, n }) => [_id, n]));

describe('FindBatcher', () => {
  it('gives each its own, in one query where several come at once', async () => {
    const reads = new FindBatcher<Thing>({ visible: { hidden: { $ne: true } }, projection: { n: 1 } });
    await things.updateOne({ _id: 'b' }, { $set: { hidden: true } });
    taken();
    expect(await reads.run(things, 'a')).toEqual({ _id: 'a', n: 0 });
    const found = await Promise.all(['b', 'c', 'none', 'c'].map((id) => reads.run(things, id)));
    expect(found).toEqual([null, { _id: 'c', n: 2 }, null, { _id: 'c', n: 2 }]);
    expect(taken()).toEqual(['find', 'find']);
  });
});

describe('UpdateBatcher', () => {
  const run = (changes: UpdateBatcher<Thing>, id: string, n: number, filter: object = {}, upsert = false) =>
    changes.run({ collection: things, id, filter: { _id: id, ...filter }, update: { $inc: { n } }, upsert });

  it('alone knows what it wrote', async () => {
    const changes = new UpdateBatcher<Thing>();
    expect(await run(changes, 'a', 5)).toEqual({ doc: { _id: 'a', n: 5 }, isWritten: true });
    expect(await run(changes, 'a', 5, { n: 0 })).toEqual({ doc: null, isWritten: false });
    expect(taken()).toEqual(['findAndModify', 'findAndModify']);
  });

  it('together gives back what stands', async () => {
    const changes = new UpdateBatcher<Thing>({ projection: { n: 1 } });
    const all = [
      run(changes, 'a', 5),
      run(changes, 'b', 5, { n: 0 }),
      run(changes, 'none', 5),
      run(changes, 'e', 5, {}, true),
    ];
    const docs = [{ _id: 'a', n: 5 }, { _id: 'b', n: 1 }, null, { _id: 'e', n: 5 }];
    expect(await Promise.all(all)).toEqual(docs.map((doc) => ({ doc, isWritten: false })));
    expect(taken()).toEqual(['find', 'update']);
  });

  it('one that the server refuses is refused alone', async () => {
    const changes = new UpdateBatcher<Thing>();
    const name = (id: string, to: string) =>
      changes.run({ collection: things, id, filter: { _id: id }, update: { $set: { name: to } } });
    const results = await Promise.allSettled([name('a', 'x'), name('b', 'x'), name('c', 'y')]);
    expect(results.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled']);
    expect(results[1]).toMatchObject({ reason: { code: 11000 } });
    expect(results[2]).toMatchObject({ value: { doc: { _id: 'c', name: 'y' } } });
  });
});

describe('BulkWriteBatcher', () => {
  const make = (id: string) => ({
    filter: { _id: id },
    update: [{ $set: { n: { $ifNull: ['$n', 0] } } }],
    upsert: true,
  });

  it('alone tells how many were there', async () => {
    const batches = new BulkWriteBatcher<Thing>();
    expect(await batches.run(things, [make('a'), make('x')], 'made')).toBe(1);
    expect(await batches.run(things, [byId('a'), byId('none')], 'matched')).toBe(1);
    expect(await standing()).toMatchObject({ a: 10, x: 0 });
  });

  it('together, as expected, is one command', async () => {
    const batches = new BulkWriteBatcher<Thing>();
    const all = [
      batches.run(things, [make('x'), make('y')], 'made'),
      batches.run(things, [byId('a'), byId('b')], 'matched'),
      batches.run(things, [byId('c')], 'matched'),
    ];
    expect(await Promise.all(all)).toEqual([0, 2, 1]);
    expect(taken()).toEqual(['update']);
    expect(await standing()).toEqual({ a: 10, b: 11, c: 12, d: 3, x: 0, y: 0 });
  });

  it.each([
    ['one was there', 'a', 'b'],
    ['one is not there', 'x', 'none'],
    ['one was there and another is not', 'a', 'none'],
  ])('where %s each is told its own', async (_, made, matched) => {
    const batches = new BulkWriteBatcher<Thing>();
    const set = (id: string) => ({ filter: { _id: id }, update: { $set: { n: 7 } } });
    const all = [
      batches.run(things, [make(made)], 'made'),
      batches.run(things, [set(matched)], 'matched'),
      batches.run(things, [set('c'), set('d')], 'matched'),
    ];
    const [wasThere, isThere, two] = await Promise.all(all);
    // One that was made together is there when it is made again alone: the caller looks.
    expect([wasThere, isThere, two]).toEqual([1, matched === 'none' ? 0 : 1, 2]);
    expect(await standing()).toMatchObject({ c: 7, d: 7, ...(matched === 'b' && { b: 7 }) });
  });
});
