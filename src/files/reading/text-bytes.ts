import { isUtf8 } from 'node:buffer';
import { fromWindows1252, looksLikeWindows1252 } from './windows-1252.js';

/** What text in Unicode is made of: the encoding, by its byte order mark (UTF-8 where there is none). */
export function encodingOf(head: Buffer): 'utf-8' | 'utf-16le' | 'utf-16be' {
  if (head[0] === 0xff && head[1] === 0xfe) return 'utf-16le';
  if (head[0] === 0xfe && head[1] === 0xff) return 'utf-16be';
  return 'utf-8';
}

/** No control characters but those that text has: tab, line feed, vertical tab, form feed, carriage return, escape. */
// eslint-disable-next-line no-control-regex
const CONTROL = /[\0-\x08\x0e-\x1a\x1c-\x1f]/;

/**
 * Whether the beginning of a file, and its end (null where the beginning is all), are text: valid UTF-8, or UTF-16 with a
 * byte order mark, without control characters; else what seems to be Windows-1252.
 */
export function looksLikeText(head: Buffer, tail: Buffer | null): boolean {
  const encoding = encodingOf(head);
  const isUnicode = isText(head, encoding, false, tail !== null) && (!tail || isText(tail, encoding, true, false));
  return isUnicode || (encoding === 'utf-8' && looksLikeWindows1252(tail ? Buffer.concat([head, tail]) : head));
}

/** The text that these bytes are; undefined where they are none. Without the mark. */
export function decodedText(bytes: Buffer): string | undefined {
  if (isWindows1252(bytes)) return fromWindows1252(bytes);
  try {
    return new TextDecoder(encodingOf(bytes), { fatal: true }).decode(bytes);
  } catch {
    return undefined;
  }
}

/** Whether they are no UTF-8 and no UTF-16, and seem to be Windows-1252. */
export function isWindows1252(bytes: Buffer): boolean {
  return encodingOf(bytes) === 'utf-8' && !isUtf8(bytes) && looksLikeWindows1252(bytes);
}

/** `cutBefore`, `cutAfter`: a character may be cut through there. */
function isText(bytes: Buffer, encoding: string, cutBefore: boolean, cutAfter: boolean): boolean {
  const whole = cutBefore ? bytes.subarray(firstCharacter(bytes, encoding)) : bytes;
  try {
    return !CONTROL.test(new TextDecoder(encoding, { fatal: true }).decode(whole, { stream: cutAfter }));
  } catch {
    return false;
  }
}

/** Where the first whole character begins. */
function firstCharacter(bytes: Buffer, encoding: string): number {
  let at = 0;
  if (encoding === 'utf-8') {
    while (at < 3 && (bytes[at] & 0xc0) === 0x80) at++;
    return at;
  }
  // A unit is two bytes, counted from the end; the second one of a pair is no beginning.
  at = bytes.length % 2;
  const high = bytes[encoding === 'utf-16le' ? at + 1 : at];
  return (high & 0xfc) === 0xdc ? at + 2 : at;
}
