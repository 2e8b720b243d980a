import { useMongo } from '../../test/support/mongo/use-mongo.js';
import { eventually } from '../../test/support/eventually.js';
import { DatabaseLeasedError, MongoLease } from './mongo-lease.js';
import { MongoDatabase } from './mongo-database.js';

const holder = (pid: number) => ({
  pid,
  host: 'box',
  address: 'http://127.0.0.1:1',
  startedAt: '2026-01-01T00:00:00Z',
});

describe('MongoLease', () => {
  const used = useMongo();
  const databases: MongoDatabase[] = [];
  const open = () => {
    const database = new MongoDatabase({ uri: used.engine.uri });
    databases.push(database);
    return database;
  };
  const onLost = () => undefined;
  afterEach(async () => {
    await open().run((db) => db.collection('process_lease').deleteMany({}));
    await Promise.all(databases.splice(0).map((database) => database.close()));
  });

  it('is held by one of many that want it at once', async () => {
    const outcomes = await Promise.allSettled(
      [1, 2, 3, 4, 5].map((pid) => MongoLease.acquire(open(), holder(pid), { waitMs: 0, onLost })),
    );
    const taken = outcomes.filter(({ status }) => status === 'fulfilled');
    expect(taken).toHaveLength(1);
    for (const outcome of outcomes) {
      if (outcome.status === 'rejected') expect(outcome.reason).toBeInstanceOf(DatabaseLeasedError);
      else await outcome.value.release();
    }
  });

  it('names its holder, and goes to who waits when it is released', async () => {
    const first = await MongoLease.acquire(open(), holder(1), { onLost });
    await expect(MongoLease.acquire(open(), holder(2), { waitMs: 0, onLost })).rejects.toMatchObject({
      holder: { pid: 1 },
    });
    let waitsFor: unknown;
    const second = MongoLease.acquire(open(), holder(2), { onWait: (other) => (waitsFor = other.pid), onLost });
    await eventually(() => waitsFor === 1);
    await first.release();
    await first.release();
    await (await second).release();
  });

  it('is free when its holder fell silent, who is told when it comes back', async () => {
    let lost = false;
    const first = await MongoLease.acquire(open(), holder(1), { onLost: () => (lost = true) });
    const old = new Date(Date.now() - 3_600_000);
    await open().run((db) => db.collection('process_lease').updateOne({}, { $set: { renewedAt: old } }));
    const second = await MongoLease.acquire(open(), holder(2), { waitMs: 0, onLost });
    await eventually(() => lost);
    await first.release();
    await expect(MongoLease.acquire(open(), holder(3), { waitMs: 0, onLost })).rejects.toMatchObject({
      holder: { pid: 2 },
    });
    await second.release();
  });
});
