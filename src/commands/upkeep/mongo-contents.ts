import { every } from '../../../libs/async/index.js';
import type { Config } from '../../config/config.js';
import { DiskFileContents } from '../../files/content/disk/file-contents.js';
import type { WholeContent } from '../../files/content/file-contents.js';
import { MongoContentRecords } from '../../files/store/mongo/content-records.js';
import { contentsFolder } from '../contents/contents-folder.js';
import { copyContents, type CopiedContents } from '../contents/copy-contents.js';
import { openContents } from '../contents/open-contents.js';
import { type Doc, readBackup } from './backup-file.js';
import type { UpkeepDatabases } from './upkeep-databases.js';

const REST_MS = 10 * 60_000;
const RENEW_MS = 60_000;

/** Does something while no content goes, whatever is deleted. */
export async function whileContentsRest<T>({ files }: UpkeepDatabases, work: () => Promise<T>): Promise<T> {
  const records = new MongoContentRecords(files);
  await records.rest(REST_MS);
  const ticker = every(
    RENEW_MS,
    () => records.rest(REST_MS),
    () => undefined,
  );
  try {
    return await work();
  } finally {
    await ticker.stop();
    await records.rest(0);
  }
}

/** The bytes of all files that a backup tells of, into the folder beside it. */
export async function contentsOut(config: Config, file: string): Promise<CopiedContents> {
  const from = await openContents(config);
  try {
    return await copyContents(await contentsIn(file), from.contents, new DiskFileContents(contentsFolder(file)));
  } finally {
    await from.close();
  }
}

/** The other way round. */
export async function contentsBack(config: Config, file: string): Promise<CopiedContents> {
  const to = await openContents(config);
  try {
    return await copyContents(await contentsIn(file), new DiskFileContents(contentsFolder(file)), to.contents);
  } finally {
    await to.close();
  }
}

async function contentsIn(file: string): Promise<WholeContent[]> {
  const found: WholeContent[] = [];
  await readBackup(file, (kind, doc: Doc) => {
    if (kind === 'file_contents') found.push({ contentId: doc._id, sha256: doc.sha256 as string });
  });
  return found;
}
