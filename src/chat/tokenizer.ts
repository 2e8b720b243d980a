/** A word of a text: what it is compared by, and where it stands, in UTF-16 offsets, [start, end). */
export interface Token {
  token: string;
  start: number;
  end: number;
}

/** Longer words are compared by their beginning: UTF-16 units. */
const LONGEST = 64;

const WORD = /[\p{L}\p{N}][\p{L}\p{N}\p{M}]*/gu;
const ASCII = /^[\x00-\x7f]*$/; // eslint-disable-line no-control-regex

/** Scripts written without spaces (and Hangul, whose words change their endings): each character is a word. */
const SPACELESS =
  '[\\p{scx=Han}\\p{scx=Hira}\\p{scx=Kana}\\p{scx=Hang}\\p{scx=Bopo}\\p{scx=Thai}\\p{scx=Laoo}\\p{scx=Khmr}\\p{scx=Mymr}]';
const HAS_SPACELESS = new RegExp(SPACELESS, 'u');
/** One such character with its marks (U+FF9E and U+FF9F are marks of half-width kana), or what is between them. */
const PIECE = new RegExp(`${SPACELESS}[\\p{M}\\uff9e\\uff9f]*|(?:(?!${SPACELESS}).)+`, 'gsu');

/**
 * Accents: marks that go with any script, but not the kana's sound marks; and the points of Hebrew. Vowel signs of Indic
 * and other scripts stay, they are letters to their readers.
 */
const ACCENTS = /(?![\u3099\u309a])[\p{Script=Inherited}\u0591-\u05c7]/gu;
const FOLDED_WORD = /[\p{L}\p{N}][\p{L}\p{N}\p{M}]*/gu;

/**
 * The words of a text, in its order: runs of letters and numbers, blind to case and accents (Unicode compatibility form,
 * https://www.unicode.org/reports/tr15/; `ß` is `ss`, `ς` is `σ`, `ﬁ` is `fi`, `①` is `1`). Each character of Chinese,
 * Japanese, Korean, Thai, Lao, Khmer and Burmese is a word. A character that becomes several words (`½`) gives them all
 * the same place. A lazy iteration: who needs only the first ones pays for those.
 */
export function* eachToken(text: string): Generator<Token> {
  for (const match of text.matchAll(WORD)) {
    const [run] = match;
    const start = match.index;
    if (ASCII.test(run)) yield { token: cut(run.toLowerCase()), start, end: start + run.length };
    else if (HAS_SPACELESS.test(run)) {
      for (const piece of run.matchAll(PIECE)) yield* folded(piece[0], start + piece.index);
    } else yield* folded(run, start);
  }
}

/** All words of a text: see `eachToken`. */
export function tokens(text: string): Token[] {
  return [...eachToken(text)];
}

function* folded(piece: string, start: number): Generator<Token> {
  const end = start + piece.length;
  for (const [word] of fold(piece).matchAll(FOLDED_WORD)) yield { token: cut(word), start, end };
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
