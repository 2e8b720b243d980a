import { useDatabases } from '../../../../libs/mongo/mongo.testing.js';
import { itWithControl } from '../../../../test/support/mongo/engine.js';
import { apiKeyStoreContract, newKey } from '../contract/api-key-store.contract.js';
import { MongoApiKeyStore } from './api-key-store.js';

const databases = useDatabases();
const withControl = itWithControl();

async function open() {
  const uri = databases.uri();
  const opened = await Promise.all([databases.open({ uri }), databases.open({ uri })]);
  const [store, other] = opened.map((database) => new MongoApiKeyStore(database));
  return { store, other, close: async () => void (await Promise.all(opened.map((database) => database.close()))) };
}

apiKeyStoreContract('mongo', open, async () => {
  const database = databases.openAway();
  return { store: new MongoApiKeyStore(database), close: () => database.close() };
});

withControl('keys that are made while the primary dies are made once', async () => {
  const { store, close } = await open();
  const keys = Array.from({ length: 20 }, () => newKey());
  const made = Promise.allSettled(keys.map((key) => store.create(key)));
  await databases.engine.control!.killPrimary();
  const settled = await made;
  await databases.engine.control!.restart();
  for (const [i, result] of settled.entries()) {
    if (result.status === 'rejected') expect(result.reason).toMatchObject({ code: 'dependency_down' });
    else expect(await store.findByHash(keys[i].hash)).toEqual(keys[i]);
  }
  const ids = (await store.listByUser('ada')).map(({ id }) => id);
  expect(new Set(ids).size).toBe(ids.length);
  await close();
});
