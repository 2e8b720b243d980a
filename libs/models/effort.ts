import { REASONING_EFFORTS, type ReasoningEffort } from './model.js';

const rank = (effort: ReasoningEffort) => REASONING_EFFORTS.indexOf(effort);

/**
 * The effort among those that a model takes that is nearest to the one asked for: of two the higher one, and none at all
 * only where it was asked for. Undefined: it takes no such thing.
 */
export function nearestEffort<T extends ReasoningEffort>(asked: ReasoningEffort, taken: readonly T[]): T | undefined {
  const candidates = taken.filter((effort) => effort !== 'none' || asked === 'none');
  const distance = (effort: ReasoningEffort) => Math.abs(rank(effort) - rank(asked));
  return candidates.toSorted((a, b) => distance(a) - distance(b) || rank(b) - rank(a))[0];
}

/** What stands before the values that a model takes: OpenAI, pydantic, Groq, Ollama. */
const LISTED = /(?:values are|values:|must be|should be|one of|expected)([^]*)$/i;

/** The efforts that a provider's words list where they refuse the one that was sent; undefined: they don't. */
export function listedEfforts(words: string, sent: ReasoningEffort): ReasoningEffort[] | undefined {
  const [, list = ''] = LISTED.exec(words) ?? [];
  if (!/effort|reasoning/i.test(words) && !words.includes(`'${sent}'`)) return undefined;
  const listed = REASONING_EFFORTS.filter((effort) => new RegExp(`(?<![\\w-])${effort}(?![\\w-])`).test(list));
  return listed.length > 0 && !listed.includes(sent) ? listed : undefined;
}
