import { Pace } from '../async/index.js';
import { differentWords, tokensIn } from './tokenizer.js';

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

/** Cuts a text into passages, one after the other: all of it, in order. */
export function* passagesOf(text: string): Generator<Passage> {
  for (let start = 0; start < text.length;) {
    const end = start + LONGEST >= text.length ? text.length : endOf(text, start);
    yield { start, end };
    start = end;
  }
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

/** Stretches of a text that are chosen for one question: each is named to people, and told to the model with a gap before it. */
const MOST_STRETCHES = 32;

/** What is chosen of a text for one question. */
export interface ChoiceOptions {
  /** UTF-16 units of all passages together. */
  maxLength: number;
  /** Leaves out those that were chosen before, by their beginnings. */
  without?: ReadonlySet<number>;
}

/**
 * A text's passages and which words of some questions they have, so that the text is gone through once for all of these.
 * It holds nothing of the text itself. The same for the same input. Works in pieces, and rejects with the signal's reason.
 */
export class PassageIndex {
  private readonly passages: Passage[] = [];
  /** Words in each passage. */
  private readonly lengths: number[] = [];
  /** For each passage its words by number, each with how often it is there. */
  private readonly counts: Uint32Array[] = [];
  /** By a word's number: in how many passages it is. */
  private readonly inPassages: number[] = [];

  private constructor(
    private readonly questions: ReadonlyArray<ReadonlySet<number>>,
    private readonly signal?: AbortSignal,
  ) {}

  static async of(text: string, questions: readonly string[], signal?: AbortSignal): Promise<PassageIndex> {
    const numbers = new Map<string, number>();
    const numberOf = (word: string) => numbers.get(word) ?? (numbers.set(word, numbers.size), numbers.size - 1);
    const pace = new Pace();
    const asked: Array<Set<number>> = [];
    for (const question of questions) {
      asked.push(new Set(Array.from(await differentWords(question, pace), numberOf)));
      signal?.throwIfAborted();
    }
    const index = new PassageIndex(asked, signal);
    for (const passage of passagesOf(text)) {
      await pace.restIfDue();
      signal?.throwIfAborted();
      index.add(text, passage, numbers);
    }
    return index;
  }

  private add(text: string, passage: Passage, numbers: ReadonlyMap<string, number>): void {
    const count = new Map<number, number>();
    const found = tokensIn(text, passage);
    for (const { token } of found) {
      const word = numbers.get(token);
      if (word !== undefined) count.set(word, (count.get(word) ?? 0) + 1);
    }
    for (const word of count.keys()) this.inPassages[word] = (this.inPassages[word] ?? 0) + 1;
    this.passages.push(passage);
    this.lengths.push(found.length);
    this.counts.push(Uint32Array.from([...count].flat()));
  }

  /**
   * The passages that fit one of the questions best, by its place in the list, by BM25 over the words by which messages are
   * searched; in their order in the text. Of equal ones the earlier; where no word fits, the beginning. They make at most 32
   * stretches: what is beyond those is chosen only where it joins one.
   */
  async best(question: number, { maxLength, without = new Set() }: ChoiceOptions): Promise<Passage[]> {
    const scores = await this.scores(this.questions[question]);
    const order = scores.map((_, i) => i).sort((a, b) => scores[b] - scores[a] || a - b);
    const chosen = new Set<number>();
    let left = maxLength;
    let stretches = 0;
    for (const i of order) {
      const { start, end } = this.passages[i];
      if (without.has(start) || end - start > left) continue;
      if (chosen.size > 0 && scores[i] < WORTH * scores[order[0]]) break;
      const neighbours = Number(chosen.has(i - 1)) + Number(chosen.has(i + 1));
      if (stretches + 1 - neighbours > MOST_STRETCHES) continue;
      stretches += 1 - neighbours;
      chosen.add(i);
      left -= end - start;
    }
    return [...chosen].sort((a, b) => a - b).map((i) => this.passages[i]);
  }

  private async scores(words: ReadonlySet<number>): Promise<number[]> {
    const pace = new Pace();
    const average = this.lengths.reduce((sum, length) => sum + length, 0) / Math.max(1, this.lengths.length);
    const scores: number[] = [];
    for (const [i, count] of this.counts.entries()) {
      await pace.restIfDue();
      this.signal?.throwIfAborted();
      const length = K1 * (1 - B + (B * this.lengths[i]) / Math.max(1, average));
      let score = 0;
      for (let at = 0; at < count.length; at += 2) {
        const n = count[at + 1];
        if (words.has(count[at])) score += (this.rarity(count[at]) * n * (K1 + 1)) / (n + length);
      }
      scores.push(score);
    }
    return scores;
  }

  private rarity(word: number): number {
    const n = this.inPassages[word];
    // A word that most passages have tells none of them from another.
    if (n > this.passages.length / 2) return 0;
    return Math.log(1 + (this.passages.length - n + 0.5) / (n + 0.5));
  }
}
