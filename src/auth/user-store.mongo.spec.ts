import { useDatabases } from '../../libs/mongo/mongo.testing.js';
import { userStoreContract } from './user-store.contract.js';
import { MongoUserStore } from './user-store.mongo.js';

const databases = useDatabases();

userStoreContract(
  'mongo',
  async () => {
    const database = await databases.open();
    return { store: new MongoUserStore(database), close: () => database.close() };
  },
  async () => {
    const database = databases.openAway();
    return { store: new MongoUserStore(database), close: () => database.close() };
  },
);
