import type { Code, Construct, State, TokenizeContext, Tokenizer } from 'micromark-util-types';
import { isMathematical } from './formula.js';

type Effects = Parameters<Tokenizer>[0];

const DOLLAR = 36;
const BACKSLASH = 92;
const RIGHT_BRACKET = 93;

const isLineEnding = (code: Code) => code !== null && code < -2;
const isSpace = (code: Code) => code === -2 || code === -1 || code === 32;

/** The closing mark, with nothing behind it on its line. */
const closing = (first: number, second: number): Construct => ({
  partial: true,
  tokenize(effects, ok, nok) {
    const start: State = (code) => {
      if (code !== first) return nok(code);
      effects.enter('mathFlowFence');
      effects.consume(code);
      return other;
    };
    const other: State = (code) => {
      if (code !== second) return nok(code);
      effects.consume(code);
      return after;
    };
    const after: State = (code) => {
      if (isSpace(code)) {
        effects.consume(code);
        return after;
      }
      if (code !== null && !isLineEnding(code)) return nok(code);
      effects.exit('mathFlowFence');
      return ok(code);
    };
    return start;
  },
});

/** The next line, unless it is there only for a paragraph to go on with. */
const nextLine: Construct = {
  partial: true,
  tokenize(effects, ok, nok) {
    return (code) => {
      effects.enter('lineEnding');
      effects.consume(code);
      effects.exit('lineEnding');
      return (next) => (this.parser.lazy[this.now().line] ? nok(next) : ok(next));
    };
  },
};

/**
 * A formula that stands alone: `$$` or `\[` on a line of its own, up to the closing mark at the end of a line, or as far as
 * the text goes while it is being written; or all of it on one line.
 */
function tokenizeFlow(this: TokenizeContext, effects: Effects, ok: State, nok: State): State {
  let close: Construct;
  let isOneLine = false;
  let isBracket = false;
  /** What stands on the one line. */
  let text = '';

  const start: State = (code) => {
    effects.enter('mathFlow');
    effects.enter('mathFlowFence');
    effects.consume(code);
    isBracket = code === BACKSLASH;
    close = code === DOLLAR ? closing(DOLLAR, DOLLAR) : closing(BACKSLASH, RIGHT_BRACKET);
    return code === DOLLAR ? (next) => second(next, DOLLAR) : (next) => second(next, 91);
  };
  const second = (code: Code, wanted: number): State | undefined => {
    if (code !== wanted) return nok(code);
    effects.consume(code);
    return space;
  };
  const space: State = (code) => {
    if (isSpace(code)) {
      effects.consume(code);
      return space;
    }
    if (code === DOLLAR || code === null) return nok(code);
    effects.exit('mathFlowFence');
    if (!isLineEnding(code)) {
      isOneLine = true;
      return inLine(code);
    }
    // To end a paragraph, the opening line is enough.
    return this.interrupt ? ok(code) : effects.attempt(nextLine, inLine, end)(code);
  };
  const inLine: State = (code) => {
    if (code === null) return isOneLine ? nok(code) : end(code);
    if (isLineEnding(code)) return isOneLine ? nok(code) : effects.attempt(nextLine, inLine, end)(code);
    if (code === DOLLAR || code === BACKSLASH) return effects.attempt(close, end, value)(code);
    return value(code);
  };
  const consume = (code: Code) => {
    effects.consume(code);
    if (isOneLine && code !== null) text += code < 0 ? ' ' : String.fromCodePoint(code);
  };
  const value: State = (code) => {
    effects.enter('mathFlowValue');
    consume(code);
    return code === BACKSLASH ? escaped : more;
  };
  const escaped: State = (code) => {
    if (code === null || isLineEnding(code)) return more(code);
    // On its one line, what ends before the line does is none that stands alone.
    if (isOneLine && isBracket && code === RIGHT_BRACKET) return nok(code);
    consume(code);
    return more;
  };
  const more: State = (code) => {
    if (code === null || isLineEnding(code) || code === DOLLAR || code === BACKSLASH) {
      effects.exit('mathFlowValue');
      return inLine(code);
    }
    consume(code);
    return more;
  };
  const end: State = (code) => {
    if (isOneLine && isBracket && !isMathematical(text)) return nok(code);
    effects.exit('mathFlow');
    return ok(code);
  };
  return start;
}

export const mathFlow: Construct = { name: 'mathFlow', tokenize: tokenizeFlow, concrete: true };
