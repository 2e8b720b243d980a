import { mongo } from 'mongoose';
import { eventually } from '../../support/eventually.js';
import { itWithControl, type MongoControl } from '../../support/mongo/engine.js';
import { underLoad } from './load.js';
import { useMongo } from '../../support/mongo/use-mongo.js';

const mongoUnderTest = useMongo({ client: { monitorCommands: true, serverSelectionTimeoutMS: 60_000 } });
const control = (): MongoControl => mongoUnderTest.engine.control!;
const itKills = itWithControl();

/** Where a client's commands went, by their name. */
function addressesOf(client: mongo.MongoClient): Map<string, Set<string>> {
  const addresses = new Map<string, Set<string>>();
  client.on('commandStarted', ({ commandName, address }) => {
    addresses.set(commandName, (addresses.get(commandName) ?? new Set()).add(address));
  });
  return addresses;
}

it('reads from secondaries where the client asks for it, and writes to the primary alone', async () => {
  const { engine, client, db } = mongoUnderTest;
  if (engine.supports.nodes < 2) return console.log('Not run: this server is alone.');
  const seen = addressesOf(client);
  const collection = db.collection('reads', { readPreference: 'secondaryPreferred', writeConcern: { w: 'majority' } });
  await collection.insertOne({ a: 1 });
  await eventually(async () => (await collection.countDocuments({ a: 1 })) === 1);
  for (let i = 0; i < 10; i++) await collection.findOne({ a: 1 });
  const { primary } = await client.db('admin').command({ hello: 1 });
  expect([...seen.get('find')!]).not.toContain(primary);
  expect([...seen.get('insert')!]).toEqual([primary]);
  client.removeAllListeners('commandStarted');

  const [secondary] = seen.get('find')!;
  const direct = new mongo.MongoClient(`mongodb://${secondary}/?directConnection=true`);
  await expect(direct.db(db.databaseName).collection('reads').insertOne({})).rejects.toMatchObject({ code: 10107 });
  await direct.close();
});

it('tells its state', async () => {
  const { engine, client } = mongoUnderTest;
  if (engine.supports.nodes < 2) return console.log('Not run: this server is alone.');
  const { members } = await client.db('admin').command({ replSetGetStatus: 1 });
  expect(members.map(({ stateStr }: mongo.Document) => stateStr).sort()).toEqual(['PRIMARY', 'SECONDARY', 'SECONDARY']);
});

describe('when the primary is killed', () => {
  // The driver itself loses some: once the first write has failed, or a new connection is refused, it does not try again.
  const shapes = [
    { total: 600, clients: 10, inFlight: 1 },
    { total: 600, clients: 1, inFlight: 20 },
  ];
  itKills.each(shapes)('what was acknowledged is kept, and nothing is made twice: %j', async (load) => {
    const { inserts, increments, errors } = await underLoad(mongoUnderTest, load, async (reached) => {
      for (const mark of [100, 300]) {
        await reached(mark);
        await control().killPrimary();
        await control().restart();
      }
    });
    expect(inserts.stored).toBeGreaterThanOrEqual(inserts.acknowledged);
    expect(inserts.stored).toBeLessThanOrEqual(load.total);
    expect(increments.stored).toBeGreaterThanOrEqual(increments.acknowledged);
    expect(increments.stored).toBeLessThanOrEqual(increments.acknowledged + errors.length);
    expect(inserts.acknowledged).toBeGreaterThan(load.total / 2);
  });

  itKills('a client that does not try again loses answers', async () => {
    const load = { total: 600, clients: 1, inFlight: 20, options: { retryWrites: false } };
    const { errors } = await underLoad(mongoUnderTest, load, async (reached) => {
      await reached(100);
      await control().killPrimary();
      await control().restart();
    });
    expect(errors).not.toEqual([]);
  });

  itKills('its open transactions are gone, and are run again', async () => {
    const collection = mongoUnderTest.collection();
    await collection.insertOne({ _id: 1, n: 0 });
    let runs = 0;
    await mongoUnderTest.client.withSession((session) =>
      session.withTransaction(async () => {
        runs++;
        await collection.updateOne({ _id: 1 }, { $inc: { n: 1 } }, { session });
        if (runs === 1) await control().killPrimary();
        if (runs === 1) await control().restart();
        await collection.insertOne({ _id: 2 }, { session });
      }),
    );
    expect(runs).toBeGreaterThan(1);
    expect(await collection.find({}).sort({ _id: 1 }).toArray()).toEqual([{ _id: 1, n: 1 }, { _id: 2 }]);
  });
});

itKills('when the primary steps down: nothing is lost, nothing is made twice', async () => {
  const load = { total: 400, clients: 1, inFlight: 10 };
  const { inserts, increments, errors } = await underLoad(mongoUnderTest, load, async (reached) => {
    for (const mark of [50, 200]) {
      await reached(mark);
      await control().stepDown();
    }
  });
  expect(errors).toEqual([]);
  expect([inserts.stored, increments.stored]).toEqual([load.total, load.total]);
});

itKills('when all nodes are gone: commands fail in time, and work again with the data that was there', async () => {
  const client = mongoUnderTest.connect({ serverSelectionTimeoutMS: 500, monitorCommands: false });
  const collection = client.db(mongoUnderTest.db.databaseName).collection<any>('down');
  await collection.insertOne({ _id: 1 });
  await control().killAll();
  await expect(collection.insertOne({ _id: 2 })).rejects.toMatchObject({ name: 'MongoServerSelectionError' });
  await control().restart();
  await eventually(() => collection.insertOne({ _id: 3 }).catch(() => undefined));
  expect(await collection.find({}).sort({ _id: 1 }).toArray()).toEqual([{ _id: 1 }, { _id: 3 }]);
  await client.close();
});
