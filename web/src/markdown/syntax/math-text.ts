import type { Code, Construct, State, Token, TokenizeContext, Tokenizer } from 'micromark-util-types';
import { isFormula, type Opening } from './formula.js';

const DOLLAR = 36;
const BACKSLASH = 92;
/** The closing bracket of each opening one. */
const BRACKETS: Record<number, number> = { 40: 41, 91: 93 };

const isLineEnding = (code: Code) => code !== null && code < -2;
const charOf = (code: Code) => (code === null ? '' : code < 0 ? ' ' : String.fromCodePoint(code));

/** What is written between the marks, as tokens; and as text, to be judged at the end. */
function tokenizeText(this: TokenizeContext, effects: Parameters<Tokenizer>[0], ok: State, nok: State): State {
  const before = charOf(this.previous);
  let opening: Opening;
  let closing = 0;
  let text = '';
  let mark: Token;

  const start: State = (code) => {
    effects.enter('mathText');
    effects.enter('mathTextSequence');
    effects.consume(code);
    return code === DOLLAR ? afterDollar : afterBackslash;
  };
  const afterDollar: State = (code) => {
    opening = code === DOLLAR ? '$$' : '$';
    if (code !== DOLLAR) return begin(code);
    effects.consume(code);
    return (next) => (next === DOLLAR ? nok(next) : begin(next));
  };
  const afterBackslash: State = (code) => {
    if (code === null || !(code in BRACKETS)) return nok(code);
    opening = code === 40 ? '\\(' : '\\[';
    closing = BRACKETS[code];
    effects.consume(code);
    return begin;
  };
  const begin: State = (code) => {
    effects.exit('mathTextSequence');
    return between(code);
  };
  const between: State = (code) => {
    if (code === null) return nok(code);
    if (isLineEnding(code)) {
      if (opening === '$') return nok(code);
      effects.enter('lineEnding');
      effects.consume(code);
      effects.exit('lineEnding');
      text += '\n';
      return between;
    }
    if (code === (closing ? BACKSLASH : DOLLAR)) {
      mark = effects.enter('mathTextSequence');
      effects.consume(code);
      return closing ? insideBracket : insideDollars;
    }
    effects.enter('mathTextData');
    return data(code);
  };
  const data: State = (code) => {
    if (code === null || isLineEnding(code) || code === (closing ? BACKSLASH : DOLLAR)) {
      effects.exit('mathTextData');
      return between(code);
    }
    effects.consume(code);
    text += charOf(code);
    // An escaped dollar is a part of the formula.
    return code === BACKSLASH ? afterEscape : data;
  };
  const afterEscape: State = (code) => {
    if (code === null || isLineEnding(code)) return data(code);
    effects.consume(code);
    text += charOf(code);
    return data;
  };
  /** What looked like the closing mark is a part of the formula. */
  const goOn = (code: Code, seen: string): State | undefined => {
    mark.type = 'mathTextData';
    text += seen;
    return data(code);
  };
  const insideBracket: State = (code) => {
    if (code === closing) {
      effects.consume(code);
      return end;
    }
    if (code === null || isLineEnding(code)) return goOn(code, '\\');
    mark.type = 'mathTextData';
    text += '\\';
    return afterEscape(code);
  };
  const insideDollars: State = (code) => {
    if (opening === '$') return code === DOLLAR ? nok(code) : end(code);
    if (code !== DOLLAR) return goOn(code, '$');
    effects.consume(code);
    return (next) => (next === DOLLAR ? nok(next) : end(next));
  };
  const end: State = (code) => {
    if (!isFormula(opening, text, { before, after: charOf(code) })) return nok(code);
    effects.exit('mathTextSequence');
    effects.exit('mathText');
    return ok(code);
  };
  return start;
}

/** Formulas within a line: `$…$`, `$$…$$`, `\(…\)`, `\[…\]`. */
export const mathText: Construct = {
  name: 'mathText',
  tokenize: tokenizeText,
  previous(code) {
    // Of a run of dollars only the first may begin one.
    return code !== DOLLAR || this.events.at(-1)?.[1].type === 'characterEscape';
  },
};
