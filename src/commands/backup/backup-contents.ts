import { every } from '../../../libs/async/index.js';
import type { SqliteDatabase } from '../../../libs/sqlite/index.js';
import { openDatabase } from '../../clients/open-database.js';
import type { Config } from '../../config/config.js';
import { DiskFileContents } from '../../files/content/disk/file-contents.js';
import type { WholeContent } from '../../files/content/file-contents.js';
import type { ContentRecords } from '../../files/store/index.js';
import { sqliteFileStore } from '../../files/store/sqlite/file-store.js';
import { contentsFolder } from '../contents/contents-folder.js';
import { copyContents, type CopiedContents } from '../contents/copy-contents.js';
import { openContents } from '../contents/open-contents.js';
import { Failure } from '../failure.js';
import { backup } from './backup.js';
import { copiedContents, opened } from './copied-database.js';

const REST_MS = 10 * 60_000;
const RENEW_MS = 60_000;

/**
 * `npm run backup`: the database as one file, and beside it a folder with the bytes of files. Rows first, then bytes: while
 * these are copied no content goes, whatever is deleted. Gives back what was copied of them.
 */
export async function backupCommand(config: Config, file: string): Promise<CopiedContents> {
  const live = openDatabase(config.DATA_DIR);
  const { contents: records } = sqliteFileStore(live);
  const ticker = every(RENEW_MS, () => records.rest(REST_MS));
  const from = await openContents(config);
  let copied: CopiedContents | undefined;
  try {
    await records.rest(REST_MS);
    await backup(config.DATA_DIR, file, async (copy) => {
      const to = new DiskFileContents(contentsFolder(file));
      copied = await copyContents(copiedContents(copy), from.contents, to);
      await noteWhatWasRead(copy, records);
    });
    return copied!;
  } finally {
    await ticker.stop();
    await records.rest(0);
    await from.close();
    live.close();
  }
}

/** What was read while its bytes were copied is known by what was made of it. */
async function noteWhatWasRead(copy: string, records: ContentRecords): Promise<void> {
  await opened(copy, async (db: SqliteDatabase) => {
    for (const { id } of db.all<{ id: string }>('SELECT id FROM file_contents WHERE read IS NULL AND deleting = 0')) {
      const read = (await records.get(id))?.read;
      if (read) db.run('UPDATE file_contents SET read = ? WHERE id = ?', JSON.stringify(read), id);
    }
  });
}

/** The bytes of a backup's files, put to those that are there: before its rows, and nothing is replaced. */
export async function restoreContents(config: Config, file: string): Promise<CopiedContents> {
  const to = await openContents(config);
  try {
    const from = new DiskFileContents(contentsFolder(file));
    const copied = await copyContents(copiedContents(file), from, to.contents);
    mustBeThere(copied.missing, contentsFolder(file), copied.contents > 0);
    return copied;
  } finally {
    await to.close();
  }
}

/** A content of an upload that was on its way has no bytes yet; where none has any, the folder was forgotten. */
function mustBeThere(missing: WholeContent[], folder: string, some: boolean): void {
  if (missing.length === 0 || some) return;
  throw new Failure(`The bytes of ${missing.length} files are missing: they belong into ${folder}, beside the backup.`);
}
