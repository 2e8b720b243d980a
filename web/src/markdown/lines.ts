import type { ColouredLines } from './messages.js';

/** So many lines of code are one part of it. */
export const LINES = 50;

/** Code in parts, each with the ends of its lines. */
export function partsOfCode(code: string): string[] {
  const parts: string[] = [];
  let start = 0;
  let lines = 0;
  for (let end = code.indexOf('\n'); end >= 0; end = code.indexOf('\n', end + 1)) {
    if (++lines % LINES > 0) continue;
    parts.push(code.slice(start, end + 1));
    start = end + 1;
  }
  if (start < code.length || parts.length === 0) parts.push(code.slice(start));
  return parts;
}

/** Some lines of a code block. */
export interface Lines {
  /** As far as their colours are known. */
  coloured: ColouredLines | null;
  /** What follows, without any. */
  rest: string;
}

/** The lines of `code`, with the colours of a code that it began with. */
export function withColours(code: string, coloured: readonly ColouredLines[]): Lines[] {
  return partsOfCode(code).map((text, at) => {
    const known = coloured[at];
    if (!known || !text.startsWith(known.text)) return { coloured: null, rest: text };
    return { coloured: known, rest: text.slice(known.text.length) };
  });
}
