import type { Construct, Event, Extension, Resolver, State, Token, TokenizeContext } from 'micromark-util-types';
import { cjkFriendlyExtension } from 'micromark-extension-cjk-friendly';

/** Emoji count: they end in half a pair, or in the sign that asks for their colours. */
const isPunctuation = (code: number | null) =>
  code !== null &&
  code > 0 &&
  (/[\p{P}\p{S}\uFE0F]/u.test(String.fromCodePoint(code)) || (code >= 0xdc00 && code <= 0xdfff));
const isLetter = (code: number | null) => code !== null && code > 0 && /\p{L}/u.test(String.fromCodePoint(code));

/** An opening bracket; or a quote where one begins. Which of a pair opens differs from language to language. */
const OPENING = /\p{Ps}$|(?:^|[\s\p{Ps}*_~])["'\p{Pi}\p{Pf}]$/u;

/** The last two characters before the mark, as far as they are on its line. */
function before({ now, sliceSerialize }: TokenizeContext): string {
  const end = now();
  const length = Math.min(end._bufferIndex, 2);
  if (length <= 0) return '';
  return sliceSerialize({
    start: { ...end, offset: end.offset - length, _bufferIndex: end._bufferIndex - length },
    end,
  });
}

const { text } = cjkFriendlyExtension();
const attention = text?.[42] as Construct & { resolveAll: Resolver };

/** Marks that may close what CommonMark leaves open. */
const closing = new WeakSet<Token>();

/** How many marks are left over by CommonMark's rules, where `closers` may close as well. */
function leftOver(events: Event[], context: TokenizeContext, closers: WeakSet<Token>): number {
  const copies = new Map<Token, Token>();
  for (const [, token] of events) copies.set(token, { ...token, ...(closers.has(token) && { _close: true }) });
  const marks = [...copies.values()].filter(({ type }) => type === 'attentionSequence');
  attention.resolveAll(
    events.map(([kind, token]): Event => [kind, copies.get(token) ?? token, context]),
    context,
  );
  // What is paired keeps its type.
  const left = marks.filter(({ type }) => type === 'data');
  return left.reduce((sum, { start, end }) => sum + end.offset - start.offset, 0);
}

/**
 * By CommonMark an asterisk between punctuation and a letter can't close: `**50%**ige`, `**Note:**text`. People and models
 * mean it to, so here it can, where more marks are paired by that: whatever is whole to CommonMark stays so. (Between
 * Chinese, Japanese and Korean characters the library sees to that.)
 */
const resolveAll: Resolver = (events, context) => {
  const closers = events.map(([, token]) => token).filter((token) => closing.has(token));
  if (closers.length > 0 && leftOver(events, context, closing) < leftOver(events, context, new WeakSet())) {
    for (const token of closers) token._close = true;
  }
  return attention.resolveAll(events, context);
};

const relaxed: Construct = {
  ...attention,
  resolveAll,
  tokenize(effects, ok, nok) {
    const { previous } = this;
    const mayClose = isPunctuation(previous) && !OPENING.test(before(this));
    let sequence: Token | undefined;
    const watched: typeof effects = {
      ...effects,
      exit(type) {
        sequence = effects.exit(type);
        return sequence;
      },
    };
    const after: State = (code) => {
      if (sequence && mayClose && isLetter(code)) closing.add(sequence);
      return ok(code);
    };
    return attention.tokenize.call(this, watched, after, nok);
  },
};

export const emphasis: Extension = {
  text: { ...text, 42: relaxed, 95: { ...attention, resolveAll } },
  insideSpan: { null: [{ resolveAll }] },
};
