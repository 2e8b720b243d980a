import { open } from 'node:fs/promises';
import { extname } from 'node:path';
import type { DocumentType, FileType } from './file-types.js';
import { unreadable } from './refusals.js';
import { looksLikeText } from './text-bytes.js';
import { type RandomBytes, zipNames } from './zip-names.js';

/** How much of a file's beginning, and of its end, is looked at. */
const LOOKED_AT = 65_536;

/** By extension; of all other text nothing is known but that it is text. */
const TEXTS: Record<string, DocumentType> = {
  '.html': 'text/html',
  '.htm': 'text/html',
  '.xhtml': 'text/html',
  '.md': 'text/markdown',
  '.markdown': 'text/markdown',
  '.csv': 'text/csv',
};

/** The part that makes an Office file one of its kind. Some programs number it. */
const OFFICE: Array<[RegExp, DocumentType]> = [
  [/^word\/document\d*\.xml$/, 'application/vnd.openxmlformats-officedocument.wordprocessingml.document'],
  [/^ppt\/presentation\d*\.xml$/, 'application/vnd.openxmlformats-officedocument.presentationml.presentation'],
  [/^xl\/workbook\d*\.xml$/, 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet'],
];

/** Formats whose first entry, unpacked, names them (OpenDocument 1.3 part 2 §3.3, EPUB 3.3 §4.2.2). */
const SELF_NAMED = ['application/vnd.oasis.opendocument.text', 'application/epub+zip'] as const;

/**
 * What a file is, by its bytes: of a path, or of bytes. The name only chooses among kinds of text. Null: nothing that is
 * read here (415 `file_type_unsupported`), old Office files and archives among it. An SVG is text.
 *
 * Rejects with `file_unreadable` (422): `empty` without a byte, `encrypted` for an Office file with a password.
 */
export async function sniff(content: string | Buffer, filename: string): Promise<FileType | null> {
  if (typeof content !== 'string') return sniffBytes(inMemory(content), filename);
  const file = await open(content);
  try {
    const { size } = await file.stat();
    const read = async (start: number, length: number): Promise<Buffer> => {
      const { buffer, bytesRead } = await file.read(Buffer.alloc(length), 0, length, start);
      return buffer.subarray(0, bytesRead);
    };
    return await sniffBytes({ size, read }, filename);
  } finally {
    await file.close();
  }
}

/** The same for a file that has gone by: `head` and `tail` are what it begins and ends with. */
export function sniffEnds(size: number, head: Buffer, tail: Buffer, filename: string): Promise<FileType | null> {
  const tailAt = size - tail.length;
  const read = (start: number, length: number): Promise<Buffer> =>
    Promise.resolve(
      start + length <= head.length || start < tailAt
        ? head.subarray(start, start + length)
        : tail.subarray(start - tailAt, start - tailAt + length),
    );
  return sniffBytes({ size, read }, filename);
}

function inMemory(bytes: Buffer): RandomBytes {
  return { size: bytes.length, read: (start, length) => Promise.resolve(bytes.subarray(start, start + length)) };
}

async function sniffBytes(file: RandomBytes, filename: string): Promise<FileType | null> {
  const head = await file.read(0, LOOKED_AT);
  if (head.length === 0) throw unreadable('empty');
  const tail =
    file.size > head.length ? await file.read(Math.max(head.length, file.size - LOOKED_AT), LOOKED_AT) : null;
  const binary = imageType(head) ?? (startsWith(head, '%PDF-') ? 'application/pdf' : null);
  if (binary) return binary;
  if (startsWith(head, 'PK\x03\x04')) return zipType(head, await zipNames(file));
  if (startsWith(head, '\xd0\xcf\x11\xe0')) return refuseEncrypted([head, tail]);
  if (startsWith(head, '{\\rtf') || !looksLikeText(head, tail)) return null;
  return textType(head, filename);
}

function startsWith(bytes: Buffer, magic: string, at = 0): boolean {
  return bytes.toString('latin1', at, at + magic.length) === magic;
}

/** By the signatures of their standards. */
export function imageType(head: Buffer): FileType | null {
  if (startsWith(head, '\x89PNG\r\n\x1a\n')) return 'image/png';
  if (startsWith(head, '\xff\xd8\xff')) return 'image/jpeg';
  if (startsWith(head, 'GIF87a') || startsWith(head, 'GIF89a')) return 'image/gif';
  if (startsWith(head, 'RIFF') && startsWith(head, 'WEBP', 8)) return 'image/webp';
  // ISO/IEC 23008-12: the brand of one picture, or of several.
  if (startsWith(head, 'ftyp', 4) && /^(heic|heix|heim|heis|mif1)$/.test(head.toString('latin1', 8, 12)))
    return 'image/heic';
  return null;
}

function zipType(head: Buffer, names: string[]): FileType | null {
  const named = SELF_NAMED.find((type) => startsWith(head, `mimetype${type}`, 30));
  if (named) return named;
  if (!names.includes('[Content_Types].xml')) return null;
  return OFFICE.find(([part]) => names.some((name) => part.test(name)))?.[1] ?? null;
}

/** An Office file with a password is a file of the old format around the encrypted one ([MS-OFFCRYPTO] §1.3.2). */
function refuseEncrypted(parts: Array<Buffer | null>): null {
  const name = Buffer.from('EncryptedPackage', 'utf16le');
  if (!parts.some((part) => part?.includes(name))) return null;
  throw unreadable('encrypted');
}

function textType(head: Buffer, filename: string): DocumentType {
  const byName = TEXTS[extname(filename).toLowerCase()];
  if (byName) return byName;
  return /^\s*(<!doctype html|<html)\b/i.test(head.toString('latin1', 0, 1024)) ? 'text/html' : 'text/plain';
}
