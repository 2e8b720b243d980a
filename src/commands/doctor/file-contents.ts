import type { Config } from '../../config/config.js';
import type { FileContents } from '../../files/content/file-contents.js';
import { type KnownContents, knownContents } from './known-contents.js';
import { openContents } from '../contents/open-contents.js';
import { explain } from '../failure.js';
import { type Finding, ok, problem, warning } from './findings/finding.js';

/** Of more than so many the rest is not looked at: each may be a call. */
const MOST = 10_000;
const AT_A_TIME = 100;

/** Whether the rows of files and their bytes belong together. */
export async function fileContentFindings(config: Config): Promise<Finding[]> {
  const { FILES } = config;
  if (FILES === 'memory') return [];
  const uris = [config.MONGO_URI, config.MONGO_USERS_URI].filter((uri) => uri !== undefined);
  const opened = await openContents(config);
  try {
    if (FILES !== 'disk') await opened.contents.ping();
    const known = await knownContents(config);
    if (!known) return [];
    try {
      return [await withoutBytes(known, opened.contents), await withoutRows(known, opened.contents)];
    } finally {
      await known.close();
    }
  } catch (error) {
    const remedy = 'Look at S3_BUCKET, S3_ENDPOINT and the key, at the database, or at who may write to DATA_DIR.';
    return [problem('file-contents.reach', `The bytes of files can’t be reached: ${explain(error, uris)}`, remedy)];
  } finally {
    await opened.close();
  }
}

async function withoutBytes(known: KnownContents, contents: FileContents): Promise<Finding> {
  let [looked, missing] = [0, 0];
  for (let after = ''; looked < MOST;) {
    const records = await known.inUse(after);
    if (records.length === 0) break;
    for (const { id: contentId, sha256, read } of records) {
      looked++;
      if ((await contents.size({ sha256, contentId, form: read?.shown ?? 'upload' })) === null) missing++;
    }
    after = records.at(-1)!.id;
  }
  const check = 'file-contents.bytes';
  if (missing === 0) return ok(check, `All of ${looked} contents that files have are there`);
  const remedy = 'Restore the bytes: copy the files beside a backup into the place of FILES. Rows alone are no backup.';
  return problem(check, `Of ${looked} contents that files have ${missing} are not there`, remedy);
}

/** What a crash may have left is little, and does no harm. */
async function withoutRows(known: KnownContents, contents: FileContents): Promise<Finding> {
  let [looked, stray, bytes] = [0, 0, 0];
  for (let cursor: string | undefined; looked < MOST;) {
    const page = await contents.list({ limit: AT_A_TIME, cursor });
    looked += page.items.length;
    const there = await known.known([...new Set(page.items.map(({ contentId }) => contentId))]);
    const strays = page.items.filter(({ contentId }) => !there.has(contentId));
    stray += strays.length;
    bytes += strays.reduce((sum, { size }) => sum + size, 0);
    if (!page.nextCursor) break;
    cursor = page.nextCursor;
  }
  const check = 'file-contents.rows';
  if (stray === 0) return ok(check, `All of ${looked} that are kept are known to the store`);
  const says = `${stray} of ${looked} that are kept, ${bytes} bytes, are of no file`;
  return warning(check, says, 'A restore of an older backup leaves such. Nothing asks for them: they only take room.');
}
