import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { databaseFile } from '../../clients/open-database.js';
import { backup, exists } from './backup.js';
import { restore } from './restore.js';

/**
 * `npm run restore`: the database that was there is kept beside, for the case that the wrong file was named. Gives back
 * where; undefined where there was none. `before`: see `restore`.
 */
export async function restoreCommand(
  dataDir: string,
  file: string,
  before?: () => Promise<void>,
): Promise<string | undefined> {
  const kept = await keep(dataDir);
  await restore(dataDir, file, before).catch(async (error) => {
    // Nothing was replaced.
    if (kept) await rm(kept, { force: true });
    throw error;
  });
  return kept;
}

async function keep(dataDir: string): Promise<string | undefined> {
  const present = databaseFile(dataDir);
  if (!(await exists(present))) return undefined;
  const kept = join(dataDir, `parley.before-restore-${new Date().toISOString().replaceAll(/[:.]/g, '-')}.sqlite`);
  try {
    await backup(dataDir, kept);
    return kept;
  } catch (error) {
    const remedy = `Move ${present}, its -wal and its -shm elsewhere, and try again.`;
    throw new Error(`What is there now can't be kept: ${(error as Error).message} ${remedy}`, { cause: error });
  }
}
