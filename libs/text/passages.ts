import { Pace } from '../async/index.js';
import { tokensIn } from './tokenizer.js';

/** A part of a text, [start, end) in UTF-16 units. */
export interface Passage {
  start: number;
  end: number;
}

/** A passage ends at a paragraph, a line or a sentence, between these lengths, if there is one; UTF-16 units. */
const SHORTEST = 600;
const LONGEST = 1800;
const ENDS = [/\n\s*\n/g, /\n/g, /[.!?。！？]["'”’)\]]*\s/g, /\s/g];

/** Robertson and Zaragoza, The Probabilistic Relevance Framework: BM25 and Beyond (2009). */
const K1 = 1.2;
const B = 0.75;

/** Cuts a text into passages: all of it, in order. */
export function passagesOf(text: string): Passage[] {
  const passages: Passage[] = [];
  for (let start = 0; start < text.length;) {
    const end = start + LONGEST >= text.length ? text.length : endOf(text, start);
    passages.push({ start, end });
    start = end;
  }
  return passages;
}

function endOf(text: string, start: number): number {
  const piece = text.slice(start, start + LONGEST);
  for (const pattern of ENDS) {
    const last = [...piece.matchAll(pattern)].at(-1);
    const end = last ? last.index + last[0].length : 0;
    if (end >= SHORTEST) return start + end;
  }
  const isInPair = (text.charCodeAt(start + LONGEST - 1) & 0xfc00) === 0xd800;
  return start + LONGEST - (isInPair ? 1 : 0);
}

/** A passage that fits less than so much of how the best one fits is not worth its place. */
const WORTH = 0.2;

/**
 * The passages that fit a question best, by BM25 over the words by which messages are searched, in their order in the text;
 * together at most `maxLength` UTF-16 units. `without` leaves out those that were chosen before, by their beginnings. Of equal
 * ones the earlier; where no word fits, the beginning. The same for the same input. Works in pieces.
 */
export async function bestPassages(
  text: string,
  question: string,
  { maxLength, without = new Set() }: { maxLength: number; without?: ReadonlySet<number> },
): Promise<Passage[]> {
  const passages = passagesOf(text);
  const scores = await scoresOf(text, passages, question);
  const order = passages.map((_, i) => i).sort((a, b) => scores[b] - scores[a] || a - b);
  const chosen: Passage[] = [];
  let left = maxLength;
  for (const i of order) {
    const { start, end } = passages[i];
    if (without.has(start) || end - start > left) continue;
    if (chosen.length > 0 && scores[i] < WORTH * scores[order[0]]) break;
    chosen.push(passages[i]);
    left -= end - start;
  }
  return chosen.sort((a, b) => a.start - b.start);
}

async function scoresOf(text: string, passages: Passage[], question: string): Promise<number[]> {
  const pace = new Pace();
  const words = new Set(tokensIn(question, { start: 0, end: question.length }).map(({ token }) => token));
  const lengths: number[] = [];
  const counts: Map<string, number>[] = [];
  const inPassages = new Map<string, number>();
  for (const passage of passages) {
    await pace.restIfDue();
    const count = new Map<string, number>();
    const found = tokensIn(text, passage);
    for (const { token } of found) if (words.has(token)) count.set(token, (count.get(token) ?? 0) + 1);
    for (const word of count.keys()) inPassages.set(word, (inPassages.get(word) ?? 0) + 1);
    lengths.push(found.length);
    counts.push(count);
  }
  const average = lengths.reduce((sum, length) => sum + length, 0) / Math.max(1, lengths.length);
  const rarity = (word: string) => {
    const n = inPassages.get(word)!;
    // A word that most passages have tells none of them from another.
    if (n > passages.length / 2) return 0;
    return Math.log(1 + (passages.length - n + 0.5) / (n + 0.5));
  };
  return counts.map((count, i) => {
    const length = K1 * (1 - B + (B * lengths[i]) / Math.max(1, average));
    return [...count].reduce((sum, [word, n]) => sum + (rarity(word) * n * (K1 + 1)) / (n + length), 0);
  });
}
