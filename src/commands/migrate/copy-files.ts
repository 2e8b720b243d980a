import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { MongoFileContents } from '../../files/content/mongo/file-contents.js';
import { DiskFileContents } from '../../files/content/disk/file-contents.js';
import { CONTENT_FORMS, type FileContents, type WholeContent } from '../../files/content/file-contents.js';
import type { ContentRecord } from '../../files/store/index.js';
import { MongoContentRecords } from '../../files/store/mongo/content-records.js';
import { contentsFolder } from '../contents/contents-folder.js';
import { inBatches } from './batches.js';
import type { SourceDocuments } from './source-documents.js';
import type { Target } from './target.js';

const DAY_MS = 24 * 60 * 60_000;

/** Where the bytes of a database file's files lie: beside a backup, or in the folder of a server. */
export function folderOf(file: string): string {
  const beside = contentsFolder(file);
  return existsSync(beside) ? beside : join(dirname(file), 'files');
}

export interface CopiedFiles {
  /** The ids of contents there, by those here. */
  contentIds: Map<string, string>;
  bytes: number;
  /** Contents of which nothing is in the folder. */
  missing: number;
}

/**
 * Copies the contents of files: their records, and their bytes into GridFS. A content that is there already, under whatever
 * id, is not copied again. `areShared`: both sides have the same bytes, in S3; then records alone are copied, with their ids.
 */
export async function copyFileContents(
  documents: SourceDocuments,
  target: Target,
  from: FileContents,
  areShared: boolean,
): Promise<CopiedFiles> {
  const records = new MongoContentRecords(target.files);
  const to = new MongoFileContents(target.database);
  // Their files come later.
  await records.rest(DAY_MS);
  const copied: CopiedFiles = { contentIds: new Map(), bytes: 0, missing: 0 };
  const work = async (contents: Array<ContentRecord & { _id: string }>) => {
    for (const content of contents) {
      const { id: contentId, sha256 } = content;
      const there = await records.open(sha256, contentId);
      copied.contentIds.set(contentId, there.id);
      if (areShared) {
        if (content.read && !there.read) await records.noteRead(there.id, content.read);
        continue;
      }
      const here = { sha256, contentId };
      const bytes = await copyBytes(here, { sha256, contentId: there.id }, from, to);
      if (bytes === undefined) copied.missing++;
      else if (content.read && !there.read) await records.noteRead(there.id, content.read);
      copied.bytes += bytes ?? 0;
    }
  };
  const read = (after: string) => documents.contents(after).map((content) => ({ ...content, _id: content.id }));
  await inBatches(read, work, () => undefined, 1);
  return copied;
}

/** Gives back how many bytes there are; undefined: none are in the folder. */
async function copyBytes(
  here: WholeContent,
  there: WholeContent,
  from: FileContents,
  to: FileContents,
): Promise<number | undefined> {
  let total: number | undefined;
  for (const form of CONTENT_FORMS) {
    const opened = await from.open({ ...here, form });
    if (!opened) continue;
    total = (total ?? 0) + opened.size;
    if ((await to.size({ ...there, form })) === opened.size) opened.bytes.destroy();
    else await to.put({ ...there, form }, opened.bytes);
  }
  return total;
}

export function bytesAt(file: string): FileContents {
  return new DiskFileContents(folderOf(file));
}
