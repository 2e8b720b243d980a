import { Pace } from '../async/index.js';

/** A word of a text: what it is compared by, and where it stands, in UTF-16 offsets, [start, end). */
export interface Token {
  token: string;
  start: number;
  end: number;
}

/** Longer words are compared by their beginning: UTF-16 units. */
const LONGEST = 64;
/** So many different words of one message can be found. */
export const MOST_WORDS = 20_000;

const WORD = /[\p{L}\p{N}][\p{L}\p{N}\p{M}]*/gu;
const ASCII = /^[\x00-\x7f]*$/; // eslint-disable-line no-control-regex

/** Scripts written without spaces (and Hangul, whose words change their endings): each character is a word. */
const SPACELESS =
  '[\\p{scx=Han}\\p{scx=Hira}\\p{scx=Kana}\\p{scx=Hang}\\p{scx=Bopo}\\p{scx=Thai}\\p{scx=Laoo}\\p{scx=Khmr}\\p{scx=Mymr}]';
const HAS_SPACELESS = new RegExp(SPACELESS, 'u');
/** One such character with its marks (U+FF9E and U+FF9F are marks of half-width kana), or what is between them. */
const PIECE = new RegExp(`${SPACELESS}[\\p{M}\\uff9e\\uff9f]*|(?:(?!${SPACELESS}).)+`, 'suy');

/**
 * Accents: marks that go with any script, but not the kana's sound marks; and the points of Hebrew. Vowel signs of Indic
 * and other scripts stay, they are letters to their readers.
 */
const ACCENTS = /(?![\u3099\u309a])[\p{Script=Inherited}\u0591-\u05c7]/gu;
const FOLDED_WORD = /[\p{L}\p{N}][\p{L}\p{N}\p{M}]*/gu;
/** Of a longer run only so much is looked at, UTF-16 units: it is one word, of which its beginning counts. */
const LONGEST_FOLDED = 1024;

/** A text is read in stretches of about so many UTF-16 units; a word that does not end there may have so many more. */
const STRETCH = 4096;
const LONGEST_RUN = 262_144;
/** What is no part of a word. */
const ASCII_BETWEEN = /[\0-/:-@[-`{-\x7f]/;

/** Short words as they fold, mostly single characters: they come again and again, and to fold one is dear. */
const FOLDED = new Map<string, string[]>();
const MOST_KEPT = 50_000;
const LONGEST_KEPT = 4;

/** A part of a text that is tokenized in one piece: [start, end). */
export interface Stretch {
  start: number;
  end: number;
}

/** Cuts a text into stretches, never through a word of less than 262,144 characters. */
export function* stretchesOf(text: string): Generator<Stretch> {
  for (let start = 0, end; start < text.length; start = end) {
    end = Math.min(start + STRETCH, text.length);
    const last = Math.min(start + LONGEST_RUN, text.length);
    while (end < last && !ASCII_BETWEEN.test(text[end]) && !isSyllable(text.charCodeAt(end))) end++;
    yield { start, end };
  }
}

/**
 * The words of a text, in its order: runs of letters and numbers, blind to case and accents (Unicode compatibility form,
 * https://www.unicode.org/reports/tr15/; `ß` is `ss`, `ς` is `σ`, `ﬁ` is `fi`, `①` is `1`). Each character of Chinese,
 * Japanese, Korean, Thai, Lao, Khmer and Burmese is a word. A character that becomes several words (`½`) gives them all
 * the same place. A lazy iteration: who needs only the first ones pays for those.
 */
export function* eachToken(text: string): Generator<Token> {
  for (const stretch of stretchesOf(text)) yield* tokensIn(text, stretch);
}

/** The words of one stretch, with their places in the whole text: see `eachToken`. */
export function tokensIn(text: string, stretch: Stretch): Token[] {
  const found: Token[] = [];
  const add = (piece: string, start: number): void => {
    for (const token of wordsOf(piece)) found.push({ token, start, end: start + piece.length });
  };
  for (const match of text.slice(stretch.start, stretch.end).matchAll(WORD)) {
    const [run] = match;
    const start = stretch.start + match.index;
    if (ASCII.test(run)) found.push({ token: cut(run.toLowerCase()), start, end: start + run.length });
    else if (!HAS_SPACELESS.test(run)) add(run, start);
    else
      for (let at = 0, piece: string; at < run.length; at += piece.length) add((piece = pieceAt(run, at)), start + at);
  }
  return found;
}

/** All words of a text: see `eachToken`. */
export function tokens(text: string): Token[] {
  return [...eachToken(text)];
}

/**
 * The words of a text, each once, in the order of their first places; of the first 20,000 different ones. More than that
 * has no text that people read, and an index takes a message's words in one piece.
 */
export async function differentWords(text: string, pace = new Pace()): Promise<Set<string>> {
  const words = new Set<string>();
  for (const stretch of stretchesOf(text)) {
    await pace.restIfDue();
    for (const { token } of tokensIn(text, stretch)) {
      words.add(token);
      if (words.size === MOST_WORDS) return words;
    }
  }
  return words;
}

/** The piece of a run that begins at `at`. Han, kana and Hangul side by side are told without the pattern. */
function pieceAt(run: string, at: number): string {
  if (isSyllable(run.charCodeAt(at)) && (at + 1 === run.length || isSyllable(run.charCodeAt(at + 1)))) return run[at];
  PIECE.lastIndex = at;
  return PIECE.exec(run)![0];
}

/** A word by itself, in one UTF-16 unit: U+3041 to U+3096, U+30A1 to U+30FA, U+4E00 to U+9FFF, U+AC00 to U+D7A3. */
function isSyllable(code: number): boolean {
  return code < 0x4e00
    ? (code >= 0x3041 && code <= 0x3096) || (code >= 0x30a1 && code <= 0x30fa)
    : code <= 0x9fff || (code >= 0xac00 && code <= 0xd7a3);
}

function wordsOf(piece: string): string[] {
  const known = FOLDED.get(piece);
  if (known) return known;
  const words = Array.from(fold(piece.slice(0, LONGEST_FOLDED)).matchAll(FOLDED_WORD), ([word]) => cut(word));
  if (piece.length > LONGEST_KEPT) return words;
  if (FOLDED.size >= MOST_KEPT) FOLDED.clear();
  FOLDED.set(piece, words);
  return words;
}

/** Lower, upper, lower: so that `ẞ`, `ß` and `SS` meet. */
function fold(piece: string): string {
  const bare = piece.normalize('NFKD').replace(ACCENTS, '');
  const cased = bare.toLowerCase().toUpperCase().toLowerCase().replaceAll('ς', 'σ');
  return cased.normalize('NFKD').replace(ACCENTS, '').normalize('NFC');
}

/** Never through a surrogate pair. */
function cut(word: string): string {
  if (word.length <= LONGEST) return word;
  const isPair = (word.codePointAt(LONGEST - 1) ?? 0) > 0xffff;
  return word.slice(0, isPair ? LONGEST - 1 : LONGEST);
}
