import { parse, preprocess } from 'micromark';
import type { Event } from 'micromark-util-types';
import { subtokenize } from 'micromark-util-subtokenize';
import { extensions } from './syntax/index.js';

/** What stands between blocks. */
const BETWEEN = new Set(['lineEnding', 'lineEndingBlank', 'linePrefix', 'whitespace']);

/** The parser's events down to its blocks; the lines within them are not looked at yet. */
function eventsOf(text: string): Event[] {
  const events = parse({ extensions })
    .document()
    .write(preprocess()(text, undefined, true));
  subtokenize(events);
  return events;
}

/** A text cut at the top level into blocks that mean the same alone as together, by the parser's own tokens. */
function cut(text: string): string[] {
  const starts: number[] = [];
  let depth = 0;
  for (const [kind, { type, start }] of eventsOf(text)) {
    if (kind === 'enter' && depth <= 1) {
      const line = Math.max(text.lastIndexOf('\n', start.offset - 1), text.lastIndexOf('\r', start.offset - 1)) + 1;
      const isBlock = depth === 0 && !BETWEEN.has(type);
      // Definitions follow one another without an empty line. Further to the right one would be code.
      const isDefinition = depth === 1 && type === 'definition' && /^ {0,3}$/.test(text.slice(line, start.offset));
      if (isBlock || (isDefinition && line !== starts.at(-1))) starts.push(line);
    }
    depth += kind === 'enter' ? 1 : -1;
  }
  if (starts.length === 0) return [text];
  starts[0] = 0;
  return starts.map((start, at) => text.slice(start, starts[at + 1]));
}

export interface Blocks {
  text: string;
  blocks: string[];
}

/**
 * The blocks of `text`. Markdown is read line by line, and a block that has ended never changes: with the blocks of a shorter
 * beginning of the same text only the rest is read. The last of them may still turn out to go on with the one before it: `2`
 * begins a paragraph, `2.` an item.
 */
export function splitBlocks(text: string, before?: Blocks): Blocks {
  const known = before && text.startsWith(before.text) ? before.blocks.slice(0, -2) : [];
  const from = known.reduce((sum, block) => sum + block.length, 0);
  return { text, blocks: [...known, ...cut(text.slice(from))] };
}
