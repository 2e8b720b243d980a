import { v7 } from 'uuid';
import { openDatabase, openOnClosed } from '../../database.testing.js';
import { userStoreContract } from '../contract/user-store.contract.js';
import { SqliteUserStore } from './user-store.js';

userStoreContract(
  'sqlite',
  async () => {
    const { db, close } = await openDatabase();
    return { store: new SqliteUserStore(db), close };
  },
  () => openOnClosed((db) => new SqliteUserStore(db)),
);

describe('SqliteUserStore', () => {
  it('keeps accounts, and who was the first, over a restart', async () => {
    const { db, reopen, close } = await openDatabase();
    const store = new SqliteUserStore(db);
    const first = await store.create({ id: v7(), name: 'A', email: 'a@x.org', passwordHash: 'h', role: 'first' });
    const again = new SqliteUserStore(reopen());
    expect(await again.findById(first.id)).toEqual(first);
    const next = await again.create({ id: v7(), name: 'B', email: 'b@x.org', passwordHash: 'h', role: 'first' });
    expect(next.role).toBe('user');
    await close();
  });
});
