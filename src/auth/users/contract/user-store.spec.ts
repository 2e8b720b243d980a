import { v7 } from 'uuid';
import { openDatabase, openOnClosed } from '../../database.testing.js';
import { userStoreContract } from './user-store.contract.js';
import { MemoryUserStore } from '../memory/user-store.js';
import { useMongoUsers } from '../mongo/mongo-users.testing.js';
import { SqliteUserStore } from '../sqlite/user-store.js';

const mongo = useMongoUsers();

userStoreContract('memory', async () => ({ store: new MemoryUserStore(), close: async () => {} }));

userStoreContract(
  'sqlite',
  async () => {
    const { db, close } = await openDatabase();
    return { store: new SqliteUserStore(db), close };
  },
  () => openOnClosed((db) => new SqliteUserStore(db)),
);

userStoreContract('mongo', mongo.open, mongo.openAway);

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
