import { connect } from 'node:net';
import { once } from 'node:events';
import { mongo } from 'mongoose';
import { eventually } from '../../support/eventually.js';
import { startStandIn, type StandInEngine } from '../../support/mongo/engine-stand-in.js';
import type { ReplicaSetOptions } from '../src/cluster/replica-set.js';

const opened: Array<{ close(): Promise<void> }> = [];

async function start(
  options?: ReplicaSetOptions,
): Promise<{ engine: StandInEngine; client: mongo.MongoClient; db: mongo.Db }> {
  const engine = await startStandIn(options);
  const client = new mongo.MongoClient(engine.uri);
  opened.push({ close: () => client.close().finally(() => engine.stop()) });
  return { engine, client, db: client.db(engine.newDatabase()) };
}

afterEach(async () => {
  for (const { close } of opened.splice(0)) await close();
});

it('is never called MongoDB', async () => {
  const { engine } = await start();
  expect(engine.name).toBe('MongoDB stand-in (driver-level, not MongoDB)');
  expect(engine.supports).toEqual({ failPoints: true, explain: false, nodes: 3 });
});

it('has secondaries that lag where a test wants it, also in what they have deleted', async () => {
  const { engine, db } = await start();
  const secondary = { readPreference: 'secondary' } as const;
  const collection = db.collection<any>('lagging');
  await collection.createIndex({ k: 1 });
  await collection.insertMany([
    { _id: 1, k: 'old' },
    { _id: 2, k: 'old' },
  ]);
  engine.set.lag(60_000);
  await collection.updateOne({ _id: 1 }, { $set: { k: 'new' } });
  await collection.deleteOne({ _id: 2 });
  expect(await collection.find({ k: 'old' }).toArray()).toEqual([]);
  expect(await collection.find({ k: 'old' }, secondary).toArray()).toHaveLength(2);
  engine.set.lag(0);
  expect(await collection.find({ k: 'old' }, secondary).toArray()).toEqual([]);
  engine.set.lag(100);
  await collection.updateOne({ _id: 1 }, { $set: { k: 'newer' } });
  expect(await collection.findOne({ _id: 1 })).toMatchObject({ k: 'newer' });
  expect(await collection.findOne({ _id: 1 }, secondary)).toMatchObject({ k: 'new' });
  expect(await collection.find({ k: 'new' }, secondary).toArray()).toHaveLength(1);
  await eventually(async () => (await collection.findOne({ k: 'newer' }, secondary)) !== null);
});

it('shows a client its own writes in a causally consistent session, however far a secondary is behind', async () => {
  const { engine, client, db } = await start();
  engine.set.lag(60_000);
  const collection = db.collection<any>('causal');
  await client.withSession({ causalConsistency: true }, async (session) => {
    await collection.insertOne({ _id: 1 }, { session });
    expect(await collection.findOne({ _id: 1 }, { session, readPreference: 'secondary' })).toEqual({ _id: 1 });
  });
});

it('goes by its own clock, which need not be the clients’', async () => {
  const hour = 3_600_000;
  const { db } = await start({ clockOffsetMs: hour, expiryMs: 20 });
  const collection = db.collection<any>('clock');
  await collection.createIndex({ at: 1 }, { expireAfterSeconds: 60 });
  await collection.insertOne({ _id: 1 });
  await collection.updateOne({ _id: 1 }, [{ $set: { seen: '$$NOW' } }]);
  expect((await collection.findOne({ _id: 1 })).seen.getTime()).toBeGreaterThan(Date.now() + hour / 2);
  await collection.insertOne({ _id: 2, at: new Date() });
  await eventually(async () => (await collection.countDocuments({})) === 1);
});

it('says plainly what it does not have', async () => {
  const { db } = await start();
  await db.collection('x').insertOne({ a: 'b' });
  const collection = db.collection('x');
  await expect(collection.find({ $text: { $search: 'b' } }).toArray()).rejects.toThrow('the stand-in has no $text');
  await expect(collection.createIndex({ a: 'text' })).rejects.toThrow('the stand-in has no index of kind text');
  await expect(collection.watch().next()).rejects.toThrow('the stand-in has no stage $changeStream');
  await expect(collection.find({}).explain()).rejects.toMatchObject({ code: 59 });
  await expect(collection.aggregate([{ $out: 'y' }]).toArray()).rejects.toThrow('the stand-in has no stage $out');
});

it('drops a connection that does not speak its protocol, and goes on serving', async () => {
  const { engine, db } = await start();
  const [, port] = engine.set.nodes[0].address.split(':');
  const socket = connect(Number(port), '127.0.0.1');
  socket.on('error', () => undefined);
  socket.write('GET / HTTP/1.1\r\n\r\n');
  await once(socket, 'close');
  expect(await db.command({ ping: 1 })).toMatchObject({ ok: 1 });
});

it('takes messages in pieces and larger ones', async () => {
  const { db } = await start();
  const collection = db.collection<any>('large');
  const text = 'x'.repeat(1_000_000);
  await collection.insertMany(Array.from({ length: 20 }, (_, _id) => ({ _id, text })));
  const lengths = await collection
    .find({})
    .map((doc) => doc.text.length)
    .toArray();
  expect(lengths).toEqual(Array(20).fill(text.length));
});

it('waits for a majority, and says so where there is none in time', async () => {
  const { engine, db } = await start();
  const [, , third] = engine.set.nodes;
  await engine.set.kill(third);
  const all = { w: 3, wtimeoutMS: 50 };
  await expect(db.collection('w').insertOne({}, { writeConcern: all })).rejects.toMatchObject({ code: 64 });
  await expect(db.collection('w').insertOne({}, { writeConcern: { w: 'majority' } })).resolves.toBeDefined();
  await expect(db.collection('w').insertOne({}, { writeConcern: { w: 4 } })).rejects.toMatchObject({ code: 100 });
});

it('leaves nothing open', async () => {
  const { engine, client } = await start();
  await client.db('admin').command({ ping: 1 });
  await client.close();
  await engine.stop();
  expect(engine.set.nodes.map(({ alive, openConnections }) => ({ alive, openConnections }))).toEqual(
    Array(3).fill({ alive: false, openConnections: 0 }),
  );
});

it('asks upserts into what is sharded for the shard key', async () => {
  const { db } = await start();
  const messages = db.collection<any>('messages_2026_03');
  const refused = { code: 61, codeName: 'ShardKeyNotFound' };
  const set = { $set: { n: 1 } };
  const upsert = { upsert: true };
  await expect(messages.updateOne({ _id: 1 }, set, upsert)).rejects.toMatchObject({ code: 61 });
  await expect(messages.findOneAndUpdate({ _id: 1 }, set, upsert)).rejects.toMatchObject(refused);
  await expect(messages.updateOne({ _id: 1, userId: { $gt: '' } }, set, upsert)).rejects.toMatchObject({ code: 61 });
  expect(await messages.countDocuments({})).toBe(0);
  await messages.updateOne({ _id: 1, userId: 'ada' }, set, upsert);
  expect(await messages.updateOne({ _id: 1 }, set)).toMatchObject({ matchedCount: 1 });
});

it('takes documents of 16 MB, and none that is larger', async () => {
  const { db } = await start();
  const collection = db.collection<any>('large');
  const most = 16 * 1024 * 1024;
  const around = mongo.BSON.calculateObjectSize({ _id: 1, text: '' });
  await collection.insertOne({ _id: 1, text: 'x'.repeat(most - around) });
  await expect(collection.insertOne({ _id: 2, text: 'x'.repeat(most - around + 1) })).rejects.toMatchObject({
    code: 10334,
  });
  await expect(collection.updateOne({ _id: 1 }, { $set: { more: 1 } })).rejects.toMatchObject({ code: 17419 });
  await expect(collection.updateOne({ _id: 1 }, [{ $set: { more: 1 } }])).rejects.toMatchObject({ code: 17419 });
  await collection.updateOne({ _id: 1 }, { $unset: { text: 1 } });
  expect(await collection.find({}).toArray()).toEqual([{ _id: 1 }]);
});
