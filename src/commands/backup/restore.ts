import { randomUUID } from 'node:crypto';
import { constants } from 'node:fs';
import { chmod, copyFile, mkdir, open, realpath, rename, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { SqliteDatabase } from '../../../libs/sqlite/index.js';
import { databaseFile } from '../../clients/open-database.js';
import { exists, explained } from './backup.js';

interface Migration {
  name: string;
  applied_at: number;
  sql: string;
}

/** First bytes of every SQLite file (https://www.sqlite.org/fileformat2.html#the_database_header). */
const MAGIC = 'SQLite format 3\0';

/**
 * Puts the database into the state of a backup, while the server runs or not. Everything is replaced in one transaction: a
 * running server sees all of the old state or all of the new one, and goes on with the same connection. What it is writing
 * at that moment is gone with the old state. Nobody is logged in afterwards: the backup's sessions may have been ended
 * since, by a log-out, a new password, or because the account was disabled or deleted.
 *
 * `before` is called when the backup is known to be whole, before anything is replaced; where it rejects, nothing is.
 *
 * The backup itself is only read. One of an older version is brought up to date first, in a copy. Rejects, and changes
 * nothing, where the file is no database of this product, is damaged, or comes from a newer version.
 */
export async function restore(
  dataDir: string,
  file: string,
  before: () => Promise<void> = async () => undefined,
): Promise<void> {
  if (!(await exists(file))) throw new Error(`There is no file ${file}.`);
  const target = databaseFile(dataDir);
  await mkdir(dataDir, { recursive: true, mode: 0o700 });
  if ((await exists(target)) && (await realpath(target)) === (await realpath(file))) {
    throw new Error(`${file} is the database itself, not a backup.`);
  }
  if ((await stat(file)).isDirectory()) throw new Error(`${file} is a folder: name the file in it.`);
  await mustBeSqlite(file);
  const copy = join(dataDir, `restore-${randomUUID()}.sqlite`);
  try {
    await copyFile(file, copy, constants.COPYFILE_EXCL);
    await chmod(copy, 0o600);
    await bringIn(copy, target, before);
  } catch (error) {
    throw explained(error);
  } finally {
    for (const suffix of ['', '-wal', '-shm']) await rm(copy + suffix, { force: true });
  }
}

/** Rejects where the file is something else. */
export async function mustBeSqlite(file: string): Promise<void> {
  const handle = await open(file, 'r');
  const { buffer, bytesRead } = await handle.read(Buffer.alloc(16), 0, 16, 0).finally(() => handle.close());
  if (buffer.toString('latin1', 0, bytesRead) !== MAGIC) throw new Error(`${file} is not an SQLite database.`);
}

async function bringIn(copy: string, target: string, before: () => Promise<void>): Promise<void> {
  const source = opened(copy);
  try {
    mustBeWhole(source);
    dropSessions(source);
    await before();
    if (await exists(target)) await replace(target, source);
    else await putInPlace(source, target);
  } finally {
    source.close();
  }
}

/** One that was cut off fails as soon as it is opened. */
function opened(copy: string): SqliteDatabase {
  try {
    return new SqliteDatabase(copy);
  } catch (error) {
    if (!(error as { code?: string }).code?.startsWith('SQLITE_CORRUPT')) throw error;
    throw damaged((error as Error).message);
  }
}

function damaged(how: string): Error {
  return new Error(`The backup is damaged (${how}): copy it once more from where it was made, or take another.`);
}

function dropSessions(source: SqliteDatabase): void {
  const there = source.get("SELECT 1 AS seen FROM sqlite_schema WHERE type = 'table' AND name = 'sessions'");
  if (there) source.exec('DELETE FROM sessions');
}

/** Where nothing was yet, the copy becomes the database; what it lacks, the server adds when it starts. */
async function putInPlace(source: SqliteDatabase, target: string): Promise<void> {
  source.get('PRAGMA wal_checkpoint(TRUNCATE)');
  source.close();
  // What a removed database left behind would be taken for the new one's log.
  for (const suffix of ['-wal', '-shm']) await rm(target + suffix, { force: true });
  await rename(source.path, target);
}

function mustBeWhole(source: SqliteDatabase): void {
  const [first] = source.all<{ integrity_check: string }>('PRAGMA integrity_check');
  if (first?.integrity_check !== 'ok') throw damaged(String(first?.integrity_check));
  if (migrationsOf(source).length === 0) throw new Error('The file is a database, but not a backup of this product.');
}

function migrationsOf(db: SqliteDatabase): Migration[] {
  return db.all<Migration>('SELECT name, applied_at, sql FROM migrations ORDER BY rowid');
}

async function replace(target: string, source: SqliteDatabase): Promise<void> {
  const db = new SqliteDatabase(target);
  try {
    bringUpToDate(source, migrationsOf(db));
    source.close();
    db.run('ATTACH ? AS source', source.path);
    db.transaction(() => copyTables(db));
    // Best effort: else the log, by now as large as the backup, shrinks at a later one.
    db.get('PRAGMA wal_checkpoint(TRUNCATE)');
  } finally {
    db.close();
  }
}

/** Each step stands in the migrations of the running version, with its text. */
function bringUpToDate(source: SqliteDatabase, known: Migration[]): void {
  const there = new Set(migrationsOf(source).map(({ name }) => name));
  const names = new Set(known.map(({ name }) => name));
  const strange = [...there].filter((name) => !names.has(name));
  if (strange.length > 0) {
    throw new Error(`The backup comes from a newer version (${strange.join(', ')}). Update first, and start once.`);
  }
  for (const { name, applied_at, sql } of known) {
    if (there.has(name)) continue;
    source.transaction(() => {
      source.exec(sql);
      source.run('INSERT INTO migrations (name, applied_at, sql) VALUES (?, ?, ?)', name, applied_at, sql);
    });
  }
}

/**
 * Table by table. A full-text index, which a build before had, is copied by the tables it keeps its words in: a connection
 * that has it open finds them changed, as after any other process's write.
 */
function copyTables(db: SqliteDatabase): void {
  const tables = db.all<{ name: string }>(
    `SELECT name FROM main.sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\'
     AND name <> 'migrations' AND sql NOT LIKE 'CREATE VIRTUAL TABLE%'`,
  );
  for (const { name } of tables) {
    const columns = db
      .all<{ name: string }>('SELECT name FROM pragma_table_info(?) ORDER BY cid', name)
      .map((column) => quoted(column.name))
      .join(', ');
    db.exec(`DELETE FROM main.${quoted(name)}`);
    db.exec(`INSERT INTO main.${quoted(name)} (${columns}) SELECT ${columns} FROM source.${quoted(name)}`);
  }
}

function quoted(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}
