import type { FieldProblem } from '../../libs/errors/index.js';

/** Fields, elements, objects and arrays of one body, and levels of it. */
export interface Shape {
  values: number;
  levels: number;
}

/** Several times what any call needs. */
export const USUAL_SHAPE: Shape = { values: 2000, levels: 32 };
/** Programs bring whole conversations, tools with their schemas, and tokens as numbers. */
export const PROGRAM_SHAPE: Shape = { values: 200_000, levels: 64 };

const tooDeep = (maximum: number) =>
  ({ message: `is nested more than ${maximum} levels deep`, code: 'too_deep', params: { maximum } }) as const;
const tooMany = (maximum: number) =>
  ({ message: `holds more than ${maximum} values`, code: 'too_many', params: { maximum } }) as const;

const QUOTE = 0x22;
const COMMA = 0x2c;
const BACKSLASH = 0x5c;
const OPENS = new Set([0x5b, 0x7b]);
const CLOSES = new Set([0x5d, 0x7d]);

/**
 * What is wrong with the shape of a JSON text, before anything is made of it; null where nothing is. To make, check and
 * refuse half a million fields takes seconds in which nobody else is served; to count them takes milliseconds.
 */
export function wrongShape(bytes: Buffer, most = USUAL_SHAPE): (FieldProblem & { message: string }) | null {
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
    if (level > most.levels) return tooDeep(most.levels);
    if (values > most.values) return tooMany(most.values);
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
