import { isUtf8 } from 'node:buffer';
import type { FileType } from '../reading/file-types.js';

/** What pictures and documents begin with. */
const BEGINNINGS: Array<[string, FileType]> = [
  ['\x89PNG\r\n\x1a\n', 'image/png'],
  ['\xff\xd8\xff', 'image/jpeg'],
  ['GIF8', 'image/gif'],
  ['%PDF-', 'application/pdf'],
];
/** Kinds of text, by the endings of names. */
const TEXTS: Array<[RegExp, FileType]> = [
  [/\.(html?|xhtml)$/i, 'text/html'],
  [/\.(md|markdown|mdx)$/i, 'text/markdown'],
  [/\.(csv|tsv)$/i, 'text/csv'],
];

/**
 * What a file is, by its first bytes; null where it is nothing that is read. Of what is text the name says which kind of it.
 */
export function sniff(head: Buffer, filename: string): FileType | null {
  const begins = head.toString('latin1', 0, 16);
  const found = BEGINNINGS.find(([beginning]) => begins.startsWith(beginning));
  if (found) return found[1];
  if (!isText(head)) return null;
  return TEXTS.find(([ending]) => ending.test(filename))?.[1] ?? 'text/plain';
}

/** UTF-8 whose last character may be cut off, UTF-16 that says so, or an older coding: none of them has control characters. */
function isText(head: Buffer): boolean {
  const [a, b] = head;
  if ((a === 0xff && b === 0xfe) || (a === 0xfe && b === 0xff)) return true;
  // eslint-disable-next-line no-control-regex
  if (/[\x00-\x08\x0e-\x1a\x1c-\x1f\x7f]/.test(head.toString('latin1'))) return false;
  return isUtf8(head.subarray(0, lastWhole(head))) || !/[\x80-\x9f]{4}/.test(head.toString('latin1'));
}

/** Where the last character that may be cut off begins. */
function lastWhole(head: Buffer): number {
  for (let at = head.length - 1; at > Math.max(0, head.length - 4); at--) {
    if ((head[at] & 0xc0) !== 0x80) return head[at] >= 0xc0 ? at : head.length;
  }
  return head.length;
}
