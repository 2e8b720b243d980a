import type { FieldProblem } from '../../libs/errors/index.js';

/** Fields, elements, objects and arrays of one body, and levels of it: several times what any call needs. */
const MOST_VALUES = 2000;
const MOST_LEVELS = 32;

const TOO_DEEP = {
  message: `is nested more than ${MOST_LEVELS} levels deep`,
  code: 'too_deep',
  params: { maximum: MOST_LEVELS },
} as const;
const TOO_MANY = {
  message: `holds more than ${MOST_VALUES} values`,
  code: 'too_many',
  params: { maximum: MOST_VALUES },
} as const;

const QUOTE = 0x22;
const COMMA = 0x2c;
const BACKSLASH = 0x5c;
const OPENS = new Set([0x5b, 0x7b]);
const CLOSES = new Set([0x5d, 0x7d]);

/**
 * What is wrong with the shape of a JSON text, before anything is made of it; null where nothing is. To make, check and
 * refuse half a million fields takes seconds in which nobody else is served; to count them takes milliseconds.
 */
export function wrongShape(bytes: Buffer): (FieldProblem & { message: string }) | null {
  let values = 0;
  let level = 0;
  for (let at = 0; at < bytes.length; at++) {
    const byte = bytes[at];
    if (byte === QUOTE) at = endOfString(bytes, at);
    else if (byte === COMMA) values++;
    else if (OPENS.has(byte)) {
      values++;
      level++;
    } else if (CLOSES.has(byte)) level--;
    if (level > MOST_LEVELS) return TOO_DEEP;
    if (values > MOST_VALUES) return TOO_MANY;
  }
  return null;
}

/** Where the string that begins at `start` has its closing quote. */
function endOfString(bytes: Buffer, start: number): number {
  for (let at = bytes.indexOf(QUOTE, start + 1); at >= 0; at = bytes.indexOf(QUOTE, at + 1)) {
    let slashes = 0;
    while (bytes[at - 1 - slashes] === BACKSLASH) slashes++;
    if (slashes % 2 === 0) return at;
  }
  return bytes.length;
}
