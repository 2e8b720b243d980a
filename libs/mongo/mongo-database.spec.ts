import { Logger } from '@nestjs/common';
import { Schema, type mongo } from 'mongoose';
import { eventually } from '../../test/support/eventually.js';
import { itWithControl } from '../../test/support/mongo/engine.js';
import { MongoDatabase } from './index.js';
import { useDatabases } from './mongo.testing.js';

interface Thing {
  _id: string;
  name?: string;
  n?: number;
}

const databases = useDatabases();
const schema = new Schema({ _id: String, name: String, n: Number }).index({ name: 1 }, { unique: true });
const things = (database: MongoDatabase) => database.collection<Thing>('things', schema);
const down = { code: 'dependency_down', status: 503 };
const withControl = itWithControl();

beforeAll(() => Logger.overrideLogger(false));

/** What the replica set goes through, undone after the test. */
const control = () => databases.engine.control!;

it('refuses an address that makes no sense', () => {
  expect(() => new MongoDatabase({ uri: 'postgres://x' })).toThrow('Invalid scheme');
});

it('hands its options to the driver, and waits for majorities', async () => {
  const database = await databases.open({ maxPoolSize: 7, minPoolSize: 1, maxConnecting: 3, maxIdleTimeMS: 5000 });
  const { options } = database.connection.getClient();
  expect(options).toMatchObject({ maxPoolSize: 7, minPoolSize: 1, maxConnecting: 3, maxIdleTimeMS: 5000 });
  expect(options.writeConcern).toMatchObject({ w: 'majority', journal: true });
  expect(options.readConcern).toMatchObject({ level: 'majority' });
  await database.close();
});

it('tells how many connections the server takes', async () => {
  const database = await databases.open();
  expect(await database.maxConnections()).toBeGreaterThan(100);
});

it('makes the declared indexes, any number of times', async () => {
  const database = await databases.open();
  const collection = things(database);
  expect(things(database)).toBe(collection);
  for (let i = 0; i < 2; i++) await database.ensureIndexes();
  const names = async () => (await collection.run((c) => c.indexes())).map(({ name }) => name);
  expect(await names()).toEqual(['_id_', 'name_1']);
  await collection.runIndexed((c) => c.insertOne({ _id: 'a', name: 'x' }));
  await expect(collection.run((c) => c.insertOne({ _id: 'b', name: 'x' }))).rejects.toMatchObject(down);
  await database.close();
});

it('makes the indexes of what is declared late by itself, and of what is lazy when it is asked to', async () => {
  const database = await databases.open();
  const names = async (name: string) => {
    const found = await database.run((db) => db.listCollections({ name }).toArray());
    return found.length ? (await database.run((db) => db.collection(name).indexes())).map((index) => index.name) : [];
  };
  const lazy = database.collection<Thing>('lazy', schema, { lazy: true });
  database.collection<Thing>('late', schema);
  await eventually(async () => (await names('late')).includes('name_1'));
  await database.ensureIndexes();
  expect(await names('lazy')).toEqual([]);
  await lazy.ensureIndexes();
  expect(await names('lazy')).toEqual(['_id_', 'name_1']);
  await database.close();
});

it('closes any number of times, and refuses after that without waiting', async () => {
  const database = await databases.open({ retryForMs: 60_000 });
  for (let i = 0; i < 2; i++) await database.close();
  await expect(things(database).run((c) => c.findOne({ _id: 'a' }))).rejects.toMatchObject(down);
  await expect(database.ping()).rejects.toMatchObject(down);
});

it('rejects where no connection of the pool gets free in time', async () => {
  const database = await databases.open({ maxPoolSize: 1, waitQueueTimeoutMS: 50, retryForMs: 100 });
  const collection = things(database);
  const admin = database.connection.getClient().db('admin');
  if (!databases.engine.supports.failPoints) return;
  const data = { failCommands: ['find'], blockConnection: true, blockTimeMS: 1000 };
  await admin.command({ configureFailPoint: 'failCommand', mode: { times: 1 }, data });
  const slow = collection.run((c) => c.findOne({ _id: 'a' })).catch(() => null);
  await expect(collection.run((c) => c.findOne({ _id: 'b' }))).rejects.toMatchObject(down);
  await slow;
  await database.close();
});

it.each<[string, (c: mongo.Collection<Thing>) => Promise<unknown>]>([
  ['update', (c) => c.updateOne({ _id: 'a' }, { $set: { n: 1 } }, { upsert: true })],
  ['update', (c) => c.bulkWrite([{ updateOne: { filter: { _id: 'a' }, update: { $set: { n: 1 } }, upsert: true } }])],
  ['findAndModify', (c) => c.findOneAndUpdate({ _id: 'a' }, { $set: { n: 1 } }, { upsert: true })],
])('takes an acknowledgement that no majority stands behind for none: %s', async (command, write) => {
  if (!databases.engine.supports.failPoints) return;
  const database = await databases.open();
  const client = database.connection.getClient();
  const data = {
    failCommands: [command],
    writeConcernError: { code: 64, errmsg: 'waiting for replication timed out' },
  };
  await client.db('admin').command({ configureFailPoint: 'failCommand', mode: { times: 1 }, data });
  let sent = 0;
  client.on('commandStarted', ({ commandName }) => {
    if (commandName === command) sent++;
  });
  await things(database).run(write);
  expect(sent).toBe(2);
  await database.close();
});

describe('a transaction', () => {
  it('is all or nothing', async () => {
    const database = await databases.open();
    const collection = things(database);
    await collection.run((c) => c.insertOne({ _id: 'a', n: 0 }));
    const failed = database.transaction(async (db, session) => {
      await collection.of(db).updateOne({ _id: 'a' }, { $set: { n: 1 } }, { session });
      throw new Error('changed my mind');
    });
    await expect(failed).rejects.toThrow('changed my mind');
    expect(await collection.run((c) => c.findOne({ _id: 'a' }))).toMatchObject({ n: 0 });
    await database.close();
  });

  it('begins anew where another one changed the same', async () => {
    const database = await databases.open();
    const collection = things(database);
    await collection.run((c) => c.insertOne({ _id: 'a', n: 0 }));
    const count = () =>
      database.transaction(async (db, session) => {
        const { n = 0 } = (await collection.of(db).findOne({ _id: 'a' }, { session })) ?? {};
        await collection.of(db).updateOne({ _id: 'a' }, { $set: { n: n + 1 } }, { session });
      });
    await Promise.all(Array.from({ length: 5 }, count));
    expect(await collection.run((c) => c.findOne({ _id: 'a' }))).toMatchObject({ n: 5 });
    await database.close();
  });
});

describe('the replica set goes away', () => {
  afterEach(() => databases.engine.control?.restart());

  withControl('and comes back: nobody has to start anything', async () => {
    const database = await databases.open({ retryForMs: 300, serverSelectionTimeoutMS: 100 });
    const collection = things(database);
    await collection.run((c) => c.insertOne({ _id: 'a', name: 'kept' }));
    await control().killAll();
    await expect(collection.run((c) => c.findOne({ _id: 'a' }))).rejects.toMatchObject(down);
    await expect(database.ping()).rejects.toMatchObject(down);
    await control().restart();
    const read = () => collection.run((c) => c.findOne({ _id: 'a' })).catch(() => null);
    await eventually(async () => (await read())?.name === 'kept');
    await database.ping();
    await database.close();
  });

  withControl('long ago: a call makes one attempt', async () => {
    const database = await databases.open({ retryForMs: 300, serverSelectionTimeoutMS: 50 });
    const collection = things(database);
    await control().killAll();
    const attempts = async (): Promise<number> => {
      let made = 0;
      const read = collection.run((c) => {
        made++;
        return c.findOne({ _id: 'a' });
      });
      await expect(read).rejects.toMatchObject(down);
      return made;
    };
    expect(await attempts()).toBeGreaterThan(1);
    await eventually(async () => (await attempts()) === 1);
    await database.close();
  });

  withControl('before it ever answered: it is connected and indexed when it does', async () => {
    const uri = databases.uri();
    await control().killAll();
    const database = databases.at(uri, { retryForMs: 200, serverSelectionTimeoutMS: 100 });
    const collection = things(database);
    await expect(database.ping()).rejects.toMatchObject(down);
    await expect(collection.runIndexed((c) => c.insertOne({ _id: 'a' }))).rejects.toMatchObject(down);
    await control().restart();
    const indexes = () => collection.run((c) => c.indexes()).catch(() => []);
    await eventually(async () => (await indexes()).some(({ name }) => name === 'name_1'));
    await database.ping();
    await database.close();
  });

  withControl('for an election only: what was under way is done once', async () => {
    const database = await databases.open({ retryForMs: 25_000 });
    const collection = things(database);
    const ids = Array.from({ length: 20 }, (_, i) => `${i}`);
    const write = (_id: string) =>
      collection.run((c) => c.updateOne({ _id }, { $set: { name: _id } }, { upsert: true }));
    const writes = ids.map(write);
    await control().killPrimary();
    await Promise.all(writes);
    expect(await collection.run((c) => c.find({ _id: { $in: ids } }).toArray())).toHaveLength(20);
    await database.close();
  });
});
