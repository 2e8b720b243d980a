// An answer's Markdown, cut at the top level into blocks that mean the same alone as together. While an answer grows only
// its last block changes: the others need not be looked at again.

export interface Blocks {
  text: string;
  blocks: string[];
}

const FENCE = /^\s*(?:(?:[-*+]|\d{1,9}[.)])\s+)*(`{3,}|~{3,})(.*)$/;
const LIST_ITEM = /^ {0,3}(?:[-*+]|\d{1,9}[.)])(?:\s|$)/;
/** Definitions and footnotes mean something to other blocks. */
const DEFINITION = /^ {0,3}\[[^\]\n]+\]:/m;

interface Open {
  mark: string;
  isMath: boolean;
}

function opens(line: string): Open | null {
  const fence = FENCE.exec(line);
  // An info string may hold no back-tick: that is code within a line.
  if (fence && !(fence[1].startsWith('`') && fence[2].includes('`'))) return { mark: fence[1], isMath: false };
  const text = line.trim();
  return text.startsWith('$$') && !text.slice(2).includes('$$') ? { mark: '$$', isMath: true } : null;
}

function closes(line: string, { mark, isMath }: Open): boolean {
  const text = line.trim();
  if (isMath) return text.endsWith('$$');
  return text.length >= mark.length && text === mark[0].repeat(text.length);
}

/** Where the blocks of `text` begin, from `from` on, which is the beginning of one. */
function starts(text: string, from: number): number[] {
  const found = [from];
  let open: Open | null = null;
  let isBlank = false;
  let isList = false;
  let isFirst = true;
  for (let at = from; at < text.length;) {
    const newline = text.indexOf('\n', at);
    const end = newline < 0 ? text.length : newline;
    const line = text.slice(at, end);
    if (open) {
      if (closes(line, open)) open = null;
    } else if (line.trim() === '') {
      isBlank = true;
    } else {
      const isItem = LIST_ITEM.test(line);
      const goesOn = /^[ \t]/.test(line) || (isList && isItem);
      if (isBlank && !isFirst && !goesOn) {
        found.push(at);
        isList = isItem;
      } else if (isFirst) {
        isList = isItem;
      }
      open = opens(line);
      isBlank = false;
      isFirst = false;
    }
    at = end + 1;
  }
  return found;
}

/**
 * The blocks; with those of a shorter beginning of the same text only the rest is read. The last one may still turn out
 * to go on with the one before it: `2` begins a paragraph, `2.` an item.
 */
export function splitBlocks(text: string, before?: Blocks): Blocks {
  if (DEFINITION.test(text)) return { text, blocks: [text] };
  const known = before && text.startsWith(before.text) ? before.blocks.slice(0, -2) : [];
  const from = known.reduce((sum, block) => sum + block.length, 0);
  const found = starts(text, from);
  return { text, blocks: [...known, ...found.map((start, at) => text.slice(start, found[at + 1]))] };
}
