import { CONTENT_FORMS, type FileContents, type WholeContent } from '../../files/content/file-contents.js';

export interface CopiedContents {
  contents: number;
  bytes: number;
  /** Of which nothing was there. */
  missing: WholeContent[];
}

/**
 * Copies all forms of these contents that the other side lacks, and looks whether they came whole. Any number of times. What
 * is there of a content may grow meanwhile: a picture that is written anew has other forms than one that just came.
 */
export async function copyContents(
  contents: Iterable<WholeContent> | AsyncIterable<WholeContent>,
  from: FileContents,
  to: FileContents,
): Promise<CopiedContents> {
  const copied: CopiedContents = { contents: 0, bytes: 0, missing: [] };
  for await (const content of contents) {
    const bytes = await copyOne(content, from, to);
    if (bytes === undefined) copied.missing.push(content);
    else copied.contents++;
    copied.bytes += bytes ?? 0;
  }
  return copied;
}

/** Gives back how many bytes there are of it; undefined: there is nothing. */
async function copyOne(content: WholeContent, from: FileContents, to: FileContents): Promise<number | undefined> {
  let total: number | undefined;
  for (const form of CONTENT_FORMS) {
    const address = { ...content, form };
    const size = await from.size(address);
    if (size === null) continue;
    if ((await to.size(address)) !== size) {
      const opened = await from.open(address);
      // It went in this moment: it was written anew, and its other forms come next.
      if (!opened) continue;
      await to.put(address, opened.bytes);
    }
    total = (total ?? 0) + size;
  }
  return total;
}
