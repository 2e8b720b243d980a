import { Pace } from '../async/index.js';
import { stretchesOf, tokens, tokensIn, type Token } from './tokenizer.js';

/** `text` is a piece of a text around the matches; `matches` are UTF-16 offsets into it, [start, end). */
export interface Snippet {
  text: string;
  matches: Array<[number, number]>;
}

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
export async function holdsAll(text: string, { words, prefix }: SearchTerms, pace = new Pace()): Promise<boolean> {
  const missing = new Set(words);
  let prefixFound = false;
  for (const stretch of stretchesOf(text)) {
    await pace.restIfDue();
    for (const { token } of tokensIn(text, stretch)) {
      missing.delete(token);
      prefixFound ||= token.startsWith(prefix);
    }
    if (prefixFound && missing.size === 0) return true;
  }
  return false;
}

/** A piece of about 160 characters around the first match, from a word's beginning to a word's end. */
export async function snippet(text: string, { words, prefix }: SearchTerms, pace = new Pace()): Promise<Snippet> {
  const wanted = new Set(words);
  const isMatch = ({ token }: Token): boolean => wanted.has(token) || token.startsWith(prefix);
  const near = await wordsAround(text, isMatch, pace);
  const first = near.findIndex(isMatch);
  const matches: Token[] = [];
  let from = 0;
  let to = 0;
  let cutOff = false;
  for (const token of first < 0 ? [] : near.slice(first)) {
    if (matches.length === 0) {
      const begin = near.find(({ start }) => start >= token.start - BEFORE)!.start;
      from = begin <= BEFORE ? 0 : begin;
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

/** The first match with the words before and after it that a snippet may hold, and more; without one, no match. */
async function wordsAround(text: string, isMatch: (token: Token) => boolean, pace: Pace): Promise<Token[]> {
  let near: Token[] = [];
  for (const stretch of stretchesOf(text)) {
    await pace.restIfDue();
    near = near.concat(tokensIn(text, stretch));
    const last = near.at(-1);
    const first = near.find(isMatch);
    if (first && last && last.end > first.start + LENGTH) break;
    if (!first && last) near = near.filter(({ start }) => start >= last.start - BEFORE);
  }
  return near;
}
