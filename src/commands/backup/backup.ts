import { randomUUID } from 'node:crypto';
import { access, link, open, rename, rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import { AppError } from '../../../libs/errors/index.js';
import { SqliteDatabase } from '../../../libs/sqlite/index.js';
import { databaseFile } from '../../clients/open-database.js';

export async function exists(file: string): Promise<boolean> {
  return access(file).then(
    () => true,
    () => false,
  );
}

/** An error for whoever sits at the terminal: says what the driver said, too. */
export function explained(error: unknown): unknown {
  if (!(error instanceof AppError) || !(error.cause instanceof Error)) return error;
  return new Error(`${error.detail} (${error.cause.message})`, { cause: error });
}

/**
 * Writes a consistent copy of the database to `file`, while the server runs or not: one file, as of one moment, readable
 * by its owner only. `beside` is called with the copy before it is `file`, for what belongs to it and lies elsewhere. Rejects
 * where `file` is there already (it is never touched) or there is no database; an interrupted backup leaves no `file`.
 */
export async function backup(
  dataDir: string,
  file: string,
  beside: (copy: string) => Promise<void> = async () => undefined,
): Promise<void> {
  const source = databaseFile(dataDir);
  if (!(await exists(source))) throw new Error(`There is no database ${source}.`);
  if (await exists(file)) throw new Error(`${file} is there already. Choose another name, or remove it first.`);
  if (!(await exists(dirname(file)))) throw new Error(`There is no folder ${dirname(file)}: make it first.`);
  const partial = `${file}.${randomUUID()}.partial`;
  try {
    await (await open(partial, 'wx', 0o600)).close();
    copyDatabase(source, partial);
    await beside(partial);
    await flush(partial);
    await publish(partial, file);
  } finally {
    await rm(partial, { force: true });
  }
}

function copyDatabase(source: string, file: string): void {
  const db = new SqliteDatabase(source);
  try {
    // One read transaction: writers go on beside it (https://www.sqlite.org/lang_vacuum.html#vacuum_with_an_into_clause).
    db.run('VACUUM INTO ?', file);
  } catch (error) {
    throw explained(error);
  } finally {
    db.close();
  }
}

async function flush(file: string): Promise<void> {
  const handle = await open(file, 'r+');
  await handle.sync().finally(() => handle.close());
}

/** A link, unlike a rename, never replaces what somebody else has put there meanwhile. */
async function publish(partial: string, file: string): Promise<void> {
  try {
    await link(partial, file);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST' || (await exists(file))) throw error;
    // A file system without links.
    await rename(partial, file);
  }
}
