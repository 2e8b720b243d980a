import { posix } from 'node:path';
import { type Archive, entryName } from './archive.js';
import type { CollectedText } from './collected-text.js';
import { Unreadable } from './failures.js';
import { Prose } from './prose.js';
import { htmlTags } from './read-html.js';
import { readEntry, readTags } from './xml.js';

/** The chapters of an EPUB in the order in which they are read (EPUB 3.3 §5.7). */
export async function readBook(archive: Archive, out: CollectedText): Promise<void> {
  const chapters = await chaptersOf(archive);
  const encrypted = await encryptedIn(archive);
  const prose = new Prose(out);
  for (const chapter of chapters) {
    if (out.isFull) return;
    if (encrypted.has(chapter)) throw new Unreadable('encrypted');
    await readTags(archive.bytes(chapter), htmlTags(prose, out), { decodeEntities: true, recognizeSelfClosing: true });
    prose.paragraph();
  }
}

async function chaptersOf(archive: Archive): Promise<string[]> {
  let packagePath = '';
  await readEntry(archive, 'META-INF/container.xml', {
    open: (name, attribute) => {
      if (name === 'rootfile') packagePath ||= attribute('full-path') ?? '';
    },
  });
  const folder = posix.dirname(packagePath);
  const files = new Map<string, string>();
  const order: string[] = [];
  await readEntry(archive, packagePath, {
    open: (name, attribute) => {
      if (name === 'item') files.set(attribute('id') ?? '', pathOf(folder, attribute('href') ?? ''));
      else if (name === 'itemref') order.push(attribute('idref') ?? '');
    },
  });
  return order.flatMap((id) => files.get(id) ?? []);
}

/** Fonts are obfuscated now and then, which is no harm; a chapter only where the book is protected. */
async function encryptedIn(archive: Archive): Promise<Set<string>> {
  const paths = new Set<string>();
  await readEntry(archive, 'META-INF/encryption.xml', {
    open: (name, attribute) => {
      if (name === 'CipherReference') paths.add(pathOf('', attribute('URI') ?? ''));
    },
  });
  return paths;
}

/** Throws where it is no path at all. */
function pathOf(folder: string, href: string): string {
  return entryName(folder, decodeURIComponent(href.split('#')[0]));
}
