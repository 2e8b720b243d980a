import { useDatabases } from '../../../../libs/mongo/mongo.testing.js';
import { fileStoreContract } from '../contract/file-store.contract.js';
import { addFile, LIMITS, type OpenedFileStore, times } from '../contract/file-store.testing.js';
import { mongoFileStore } from './file-store.js';

const databases = useDatabases();

/** The clock is the server's: what is kept is put back instead, over a connection that is not watched. */
async function open(): Promise<OpenedFileStore> {
  const uri = databases.uri();
  const [database, aside] = [await databases.open({ uri }), databases.at(uri)];
  const older = (name: string, ms: number) => {
    const before = (path: string) => ({ $cond: [{ $gt: [path, null] }, { $subtract: [path, ms] }, path] });
    if (name === 'files') {
      const fields = { createdAt: before('$createdAt'), checkAt: before('$checkAt'), touchedAt: before('$touchedAt') };
      return [{ $set: fields }];
    }
    if (name === 'file_rests') return [{ $set: { until: before('$until') } }];
    if (name === 'file_contents') return [{ $set: { dueAt: before('$dueAt') } }];
    const one = { $mergeObjects: ['$$one', { touchedAt: { $subtract: ['$$one.touchedAt', ms] } }] };
    return [{ $set: { reservations: { $map: { input: '$reservations', as: 'one', in: one } } } }];
  };
  return {
    ...mongoFileStore(database),
    age: async (ms) => {
      for (const name of ['files', 'file_contents', 'file_quotas', 'file_rests']) {
        await aside.run((db) => db.collection(name).updateMany({}, older(name, ms)));
      }
    },
    close: async () => {
      await Promise.all([database.close(), aside.close()]);
    },
  };
}

async function openAway(): Promise<OpenedFileStore> {
  const database = databases.openAway();
  return { ...mongoFileStore(database), age: async () => {}, close: () => database.close() };
}

fileStoreContract('mongo', open, openAway);

describe('the MongoDB file store', () => {
  it('is exact while the primary dies', async () => {
    const { control } = databases.engine;
    if (!control) return;
    const store = await open();
    const limits = { quota: 1000, atOnce: 1000 };
    await addFile(store, { size: 300 });
    const outcomes = Promise.allSettled(
      Array.from({ length: 20 }, (_, i) => store.reservations.reserve('user', `${i}`, 100, limits)),
    );
    await control.killPrimary();
    const results = await outcomes;
    await control.restart();
    const reserved = results.filter((one) => one.status === 'fulfilled' && one.value === 'reserved').length;
    const failed = results.filter((one) => one.status === 'rejected').length;
    expect(reserved).toBeLessThanOrEqual(7);
    expect(reserved + failed).toBeGreaterThanOrEqual(7);
    const rest = await times(20, (i) => store.reservations.reserve('user', `more ${i}`, 100, limits));
    expect(rest.filter((one) => one === 'reserved').length + reserved).toBeLessThanOrEqual(7);
    expect(await store.reservations.reserve('user', 'one more', 100, { ...LIMITS, ...limits })).toBe('quota');
    await store.close();
  });
});
