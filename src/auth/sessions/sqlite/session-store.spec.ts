import { openDatabase, openOnClosed } from '../../database.testing.js';
import { sessionStoreContract } from '../contract/session-store.contract.js';
import { SqliteSessionStore } from './session-store.js';

sessionStoreContract(
  'sqlite',
  async () => {
    const { db, close } = await openDatabase();
    return { store: new SqliteSessionStore(db), close };
  },
  () => openOnClosed((db) => new SqliteSessionStore(db)),
);

describe('SqliteSessionStore', () => {
  it('can’t prune a database that is closed', async () => {
    const { store, close } = await openOnClosed((db) => new SqliteSessionStore(db));
    await expect(store.prune()).rejects.toMatchObject({ code: 'dependency_down' });
    await close();
  });
});
