import type { MongoDatabase } from '../../../../libs/mongo/index.js';
import { useDatabases, type TestDatabases } from '../../../../libs/mongo/mongo.testing.js';
import { MongoUserStore } from './user-store.js';

interface MongoUsers {
  database: MongoDatabase;
  store: MongoUserStore;
  close(): Promise<void>;
}

/** Accounts over an engine of this suite's own. */
export function useMongoUsers(): {
  databases: TestDatabases;
  open(): Promise<MongoUsers>;
  openAway(): Promise<MongoUsers>;
} {
  const databases = useDatabases();
  const over = (database: MongoDatabase) => ({
    database,
    store: new MongoUserStore(database),
    close: () => database.close(),
  });
  return {
    databases,
    open: async () => over(await databases.open()),
    openAway: async () => over(databases.openAway()),
  };
}
