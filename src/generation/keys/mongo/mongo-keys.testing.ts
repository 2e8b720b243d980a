import { useDatabases, type TestDatabases } from '../../../../libs/mongo/mongo.testing.js';
import { MongoIdempotencyKeys } from './idempotency-keys.js';
import type { OpenedKeys } from '../contract/idempotency-keys.testing.js';

/** Keys over an engine of this suite's own. */
export function useMongoKeys(options?: Parameters<typeof useDatabases>[0]): {
  databases: TestDatabases;
  open(): Promise<OpenedKeys>;
  openAway(): Promise<OpenedKeys>;
} {
  const databases = useDatabases(options);
  /** The clock is the server's: what is kept is put back instead, over a connection that is not watched. */
  const open = async (): Promise<OpenedKeys> => {
    const uri = databases.uri();
    const [database, aside] = [await databases.open({ uri }), databases.at(uri)];
    const older = (ms: number) => [{ $set: { claimedAt: { $subtract: ['$claimedAt', ms] } } }];
    return {
      keys: new MongoIdempotencyKeys(database),
      age: async (ms) => {
        await aside.run((db) => db.collection('idempotency_keys').updateMany({}, older(ms)));
      },
      close: async () => {
        await Promise.all([database.close(), aside.close()]);
      },
    };
  };
  const openAway = async (): Promise<OpenedKeys> => {
    const database = databases.openAway();
    return { keys: new MongoIdempotencyKeys(database), age: async () => {}, close: () => database.close() };
  };
  return { databases, open, openAway };
}
