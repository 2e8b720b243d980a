import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { AppError } from '../../libs/errors/index.js';
import { SqliteDatabase } from '../../libs/sqlite/index.js';
import { ConfigError } from '../config/config-error.js';

const REMEDY = 'Move it and its -wal elsewhere, then put a backup in its place: npm run restore -- <file>';

/** These may pass: starting again can help. */
const PASSING = ['SQLITE_BUSY', 'SQLITE_FULL', 'SQLITE_IOERR'];

function inWords(file: string, { code = '', message }: NodeJS.ErrnoException): string {
  if (code === 'SQLITE_NOTADB') return `has a file ${file} that is no database of SQLite. ${REMEDY}`;
  if (code.startsWith('SQLITE_CORRUPT')) return `has a database ${file} that is damaged (${message}). ${REMEDY}`;
  return `can't be used for ${file}: ${message}. The folder and the file must be this user's, to read and to write`;
}

/** Where everything is that SQLite keeps. */
export function databaseFile(dataDir: string): string {
  return join(dataDir, 'parley.sqlite');
}

/** Opens the database in `dataDir`, and makes both where they are not there. Throws ConfigError where that is of no use. */
export function openDatabase(dataDir: string): SqliteDatabase {
  const file = databaseFile(dataDir);
  try {
    mkdirSync(dataDir, { recursive: true, mode: 0o700 });
    const database = new SqliteDatabase(file);
    // One that was cut off may open all the same.
    database.get('SELECT max(applied_at) AS last FROM migrations');
    return database;
  } catch (thrown) {
    const error = thrown instanceof AppError ? thrown.cause : thrown;
    const { code = '' } = error as NodeJS.ErrnoException;
    if (PASSING.some((passing) => code.startsWith(passing))) throw error;
    throw new ConfigError([{ name: 'DATA_DIR', value: dataDir, message: inWords(file, error as Error) }]);
  }
}
