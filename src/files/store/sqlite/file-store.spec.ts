import { openDatabase, openOnClosed } from '../../../auth/database.testing.js';
import { fileStoreContract } from '../contract/file-store.contract.js';
import { addFile, addReady, ageing, LIMITS, type OpenedFileStore, someHash } from '../contract/file-store.testing.js';
import { sqliteFileStore } from './file-store.js';

async function openSqlite(): Promise<OpenedFileStore> {
  const { db, close } = await openDatabase();
  return ageing(sqliteFileStore(db), close);
}

async function openClosed(): Promise<OpenedFileStore> {
  const { store, close } = await openOnClosed(sqliteFileStore);
  return { ...store, age: async () => {}, close };
}

fileStoreContract('sqlite', openSqlite, openClosed);

describe('the SQLite file store', () => {
  it('keeps everything over a restart', async () => {
    const { db, reopen, close } = await openDatabase();
    const before = sqliteFileStore(db);
    const file = await addReady(before);
    await before.files.hold('user', file.id, 'message:c:1');
    await before.reservations.reserve('user', 'next', 10, LIMITS);
    const after = sqliteFileStore(reopen());
    expect(await after.files.get('user', file.id)).toMatchObject({ holders: ['message:c:1'], size: 100 });
    expect(await after.reservations.reserve('user', 'third', 1, { quota: 110, atOnce: 4 })).toBe('quota');
    await after.files.dropHoldersUnder('message:c:');
    expect(await after.files.deleting(10)).toHaveLength(1);
    await close();
  });

  it('takes nothing on where the disk is full, and still ends what it has', async () => {
    const { db, close } = await openDatabase();
    const store = sqliteFileStore(db);
    const file = await addFile(store);
    const full = new Error('the disk is full');
    jest.spyOn(db, 'requireSpace').mockImplementation(() => {
      throw full;
    });
    await expect(store.reservations.reserve('user', 'id', 1, LIMITS)).rejects.toBe(full);
    await expect(store.contents.open(someHash(), 'id')).rejects.toBe(full);
    expect(await store.files.markDeleting('user', file.id)).toBe('marked');
    await store.files.remove(file.id);
    expect(await store.reservations.usedBytes('user')).toBe(0);
    await close();
  });
});
