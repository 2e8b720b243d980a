import type { Snippet } from './message-search.js';
import { eachToken, tokens, type Token } from './tokenizer.js';

/** What a query asks for: whole words, and the beginning of one. */
export interface SearchTerms {
  words: string[];
  prefix: string;
}

/** Text before the first match, and all of a snippet, in UTF-16 units. */
const BEFORE = 40;
const LENGTH = 160;

/** The words of a query, each once; the last one is the prefix. Null: it has none. */
export function searchTerms(query: string): SearchTerms | null {
  const all = tokens(query).map(({ token }) => token);
  const prefix = all.pop();
  return prefix === undefined ? null : { words: [...new Set(all)], prefix };
}

/** Whether the text holds every word and one that begins with the prefix. */
export function holdsAll(text: string, { words, prefix }: SearchTerms): boolean {
  const missing = new Set(words);
  let prefixFound = false;
  for (const { token } of eachToken(text)) {
    missing.delete(token);
    prefixFound ||= token.startsWith(prefix);
    if (prefixFound && missing.size === 0) return true;
  }
  return false;
}

/** A piece of about 160 characters around the first match, from a word's beginning to a word's end. */
export function snippet(text: string, { words, prefix }: SearchTerms): Snippet {
  const wanted = new Set(words);
  const isMatch = ({ token }: Token): boolean => wanted.has(token) || token.startsWith(prefix);
  const matches: Token[] = [];
  /** Words that the snippet may begin with, until the first match is found. */
  let before: Token[] = [];
  let from = 0;
  let to = 0;
  let cutOff = false;
  for (const token of eachToken(text)) {
    if (matches.length === 0) {
      before = before.filter(({ start }) => start >= token.start - BEFORE);
      before.push(token);
      if (!isMatch(token)) continue;
      from = before[0].start <= BEFORE ? 0 : before[0].start;
    } else if (token.end > from + LENGTH) {
      cutOff = true;
      break;
    }
    to = token.end;
    if (isMatch(token)) matches.push(token);
  }
  // What follows the last word (a full stop, a bracket) belongs to it, as far as there is room.
  to = Math.min(cutOff ? to : text.length, from + LENGTH);
  if (to < text.length && (text.codePointAt(to - 1) ?? 0) > 0xffff) to--;
  return {
    text: text.slice(from, to),
    matches: matches
      // One character may be several words: ½ is both 1 and 2.
      .filter(({ start }, i) => start < to && start !== matches[i - 1]?.start)
      .map(({ start, end }) => [start - from, Math.min(end, to) - from]),
  };
}
