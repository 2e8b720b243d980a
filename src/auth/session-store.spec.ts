import { openDatabase, openOnClosed } from './database.testing.js';
import { sessionStoreContract } from './session-store.contract.js';
import { MemorySessionStore } from './session-store.memory.js';
import { SqliteSessionStore } from './session-store.sqlite.js';

sessionStoreContract('memory', async () => ({ store: new MemorySessionStore(), close: async () => {} }));

sessionStoreContract(
  'sqlite',
  async () => {
    const { db, close } = await openDatabase();
    return { store: new SqliteSessionStore(db), close };
  },
  () => openOnClosed((db) => new SqliteSessionStore(db)),
);
