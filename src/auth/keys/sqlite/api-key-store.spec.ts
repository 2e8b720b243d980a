import { openDatabase, openOnClosed } from '../../database.testing.js';
import { apiKeyStoreContract, newKey } from '../contract/api-key-store.contract.js';
import { SqliteApiKeyStore } from './api-key-store.js';

apiKeyStoreContract(
  'sqlite',
  async () => {
    const { db, close } = await openDatabase();
    return { store: new SqliteApiKeyStore(db), other: new SqliteApiKeyStore(db), close };
  },
  () => openOnClosed((db) => new SqliteApiKeyStore(db)),
);

describe('SqliteApiKeyStore', () => {
  it('keeps keys over a restart', async () => {
    const { db, reopen, close } = await openDatabase();
    const key = newKey({ models: ['demo/demo'] });
    await new SqliteApiKeyStore(db).create(key);
    expect(await new SqliteApiKeyStore(reopen()).findByHash(key.hash)).toEqual(key);
    await close();
  });

  it('makes none where the disk is full, and still revokes', async () => {
    const { db, close } = await openDatabase();
    const store = new SqliteApiKeyStore(db);
    const key = newKey();
    await store.create(key);
    const full = new Error('the disk is full');
    jest.spyOn(db, 'requireSpace').mockImplementation(() => {
      throw full;
    });
    await expect(store.create(newKey())).rejects.toBe(full);
    expect(await store.remove(key.id)).toEqual(key);
    await close();
  });
});
