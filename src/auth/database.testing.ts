import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { SqliteDatabase } from '../../libs/sqlite/index.js';

/** A database file in a folder of its own, which `close` removes. `reopen` is the same file after a restart. */
export async function openDatabase(): Promise<{
  db: SqliteDatabase;
  reopen(): SqliteDatabase;
  close(): Promise<void>;
}> {
  const folder = await mkdtemp(join(tmpdir(), 'parley-auth-'));
  const opened: SqliteDatabase[] = [];
  const open = () => {
    opened.forEach((db) => db.close());
    const db = new SqliteDatabase(join(folder, 'test.db'));
    opened.push(db);
    return db;
  };
  const close = async () => {
    opened.forEach((db) => db.close());
    await rm(folder, { recursive: true, force: true });
  };
  return { db: open(), reopen: open, close };
}

/** A store whose database was closed under it. */
export async function openOnClosed<T>(make: (db: SqliteDatabase) => T): Promise<{ store: T; close(): Promise<void> }> {
  const { db, close } = await openDatabase();
  const store = make(db);
  db.close();
  return { store, close };
}
