// Whether something between the marks of a formula is one. Dollars are money, variables and stock symbols too, and `\[` and
// `\(` are escaped brackets in Markdown.

export type Opening = '$' | '$$' | '\\(' | '\\[';

interface Surroundings {
  /** The characters right before the opening mark and right after the closing one; empty at an end of the text. */
  before: string;
  after: string;
}

/** A command of LaTeX: no prose has one. */
const COMMAND = /\\[A-Za-z]{2}/;
const NAME = /^(?:[A-Za-z]{2,}|[A-Z][A-Z0-9_]{2,})$/;
/** `5 a month (or 50`: a price, and words after it. */
const PRICE = /^\d[\d.,]*\s[^\\]*[A-Za-z]{2}/;

/**
 * As in Pandoc, no space stands inside the marks, and no digit follows them. Next to a letter there must be signs of a
 * formula besides: `$n$th` and `90$^\circ$C` are formulas, `$HOME/$USER` and `US$5 or A$6`
 * are none, and neither is `${A}/${B}`.
 */
function isBetweenDollars(text: string, { before, after }: Surroundings): boolean {
  if (/^\s|\s$|\*\*|`/.test(text) || /[\d{]/.test(after) || PRICE.test(text)) return false;
  if (/[A-Za-z0-9]/.test(before) && !/^[\\^_]/.test(text)) return false;
  if (!/[A-Za-z_]/.test(after) || /[\\^{]/.test(text)) return true;
  return /[a-z]/.test(after) && /[A-Za-z0-9)\]}']$/.test(text) && !NAME.test(text);
}

/** `Luigi’s ($$), Mario’s ($$)` and `from $$ to $$` are classes of prices. */
function isBetweenDouble(text: string): boolean {
  if (/^[\s),.;:!?\]]/.test(text) || /[\s([]$/.test(text)) {
    return /^\s/.test(text) && /\s$/.test(text) && /[\\^_=+\-*/<>\d]/.test(text);
  }
  return true;
}

/** What only formulas have: a command, a power, an operator, an index; but not the bar of a regular expression. */
const SIGN = /\\[A-Za-z{,;!]|\^|(?![|~])\p{Sm}|(?:^|\P{L})\p{L}_/u;
/** A word of four letters, or two words, or two characters of Chinese, Japanese or Korean; `ABCD` and `n log n` are none. */
const WORDS =
  /(?!\p{Lu}+(?!\p{L}))\p{L}{4}|\p{Ll}{2}[\s|]+\p{L}\p{Ll}{2}|\p{Ll}{3}[\s|]+\p{L}\p{Ll}|[\p{sc=Han}\p{sc=Hira}\p{sc=Kana}\p{sc=Hang}]{2}/u;

/** What stands between brackets is prose where it is made of words: `\[Chorus\]` and `\(maybe later\)` are escaped brackets. */
export const isMathematical = (text: string) => text.trim() !== '' && (SIGN.test(text) || !WORDS.test(text));

/** Judges what stands in a line of text. */
export function isFormula(opening: Opening, text: string, around: Surroundings): boolean {
  if (text.trim() === '') return false;
  if (opening === '$') return isBetweenDollars(text, around);
  if (opening === '$$') return isBetweenDouble(text);
  // Within a line `\[a-z\]` is what Markdown makes of it.
  if (opening === '\\[' && !COMMAND.test(text) && !/^\s[^]*\s$/.test(text)) return false;
  return isMathematical(text);
}
