import { useDatabases } from '../../libs/mongo/mongo.testing.js';
import { idempotencyKeysContract } from './idempotency-keys.contract.js';
import { MongoIdempotencyKeys } from './idempotency-keys.mongo.js';
import type { OpenedKeys } from './idempotency-keys.testing.js';

const databases = useDatabases();

/** The clock is the server's: what is kept is put back instead, over a connection that is not watched. */
async function openMongo(): Promise<OpenedKeys> {
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
}

async function openAway(): Promise<OpenedKeys> {
  const database = databases.openAway();
  return { keys: new MongoIdempotencyKeys(database), age: async () => {}, close: () => database.close() };
}

idempotencyKeysContract('mongo', openMongo, openAway);
