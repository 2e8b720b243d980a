import type { Construct, Extension, State, Token } from 'micromark-util-types';
import { cjkFriendlyExtension } from 'micromark-extension-cjk-friendly';

/** Emoji count: they end in half a pair, or in the sign that asks for their colours. */
const isPunctuation = (code: number | null) =>
  code !== null &&
  code > 0 &&
  (/[\p{P}\p{S}\uFE0F]/u.test(String.fromCodePoint(code)) || (code >= 0xdc00 && code <= 0xdfff));
const isLetter = (code: number | null) => code !== null && code > 0 && /\p{L}/u.test(String.fromCodePoint(code));

/**
 * By CommonMark an asterisk between punctuation and a letter can't close: `**50%**ige`, `**Note:**text`. People and models
 * mean it to, so here it can. (Between Chinese, Japanese and Korean characters the library sees to that.)
 */
function relaxed(attention: Construct): Construct {
  return {
    ...attention,
    tokenize(effects, ok, nok) {
      const { previous } = this;
      let sequence: Token | undefined;
      const watched: typeof effects = {
        ...effects,
        exit(type) {
          sequence = effects.exit(type);
          return sequence;
        },
      };
      const after: State = (code) => {
        if (sequence && isPunctuation(previous) && isLetter(code)) sequence._close = true;
        return ok(code);
      };
      return attention.tokenize.call(this, watched, after, nok);
    },
  };
}

const { text, ...rest } = cjkFriendlyExtension();

export const emphasis: Extension = {
  ...rest,
  text: { ...text, 42: relaxed(text?.[42] as Construct) },
};
