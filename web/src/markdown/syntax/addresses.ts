import { gfmAutolinkLiteral } from 'micromark-extension-gfm-autolink-literal';
import type { Code, Construct, ConstructRecord, Extension, State } from 'micromark-util-types';

/** Punctuation of Chinese, Japanese and Korean, and the brackets and quotes of wide script: no address goes on over it. */
const END =
  /[\u2018-\u201F\u2026\u3000-\u3003\u3008-\u301F\uFF01\uFF08\uFF09\uFF0C\uFF0E\uFF1A\uFF1B\uFF1F\uFF3B\uFF3D\uFF5B-\uFF64]/;

/** Where a bare address ends before such punctuation. */
export const endOfAddress = (address: string) => address.search(END);

const isEnd = (code: Code) => code !== null && code > 0 && END.test(String.fromCodePoint(code));

/** To the construct inside, the text ends where an address must. */
function bounded(construct: Construct): Construct {
  return {
    ...construct,
    tokenize(effects, ok, nok) {
      let isDone = false;
      let real: Code = null;
      const leave =
        (to: State): State =>
        () => {
          isDone = true;
          return to(real);
        };
      const bound =
        (state: State): State =>
        (code) => {
          real = code;
          const next = state(isEnd(code) ? null : code);
          return isDone || !next ? next : bound(next);
        };
      return bound(construct.tokenize.call(this, effects, leave(ok), leave(nok)));
    },
  };
}

const record = gfmAutolinkLiteral().text as ConstructRecord;

/** Bare addresses become links, as GitHub has it. */
export const addresses: Extension = {
  text: Object.fromEntries(
    Object.entries(record).map(([code, constructs]) => [code, [constructs ?? []].flat().map(bounded)]),
  ),
};
