import type { ReasoningEffort } from './model.js';

/** Beyond this many models nothing more is learned: their names may come from anybody. */
const MAX = 1000;
/** So many conversations are remembered whose earlier thoughts are not taken back. */
const MAX_CONVERSATIONS = 1000;
/** Of one conversation: its thoughts are bound to what stood before them. */
const THOUGHTS = 'thoughts';

/** What is left out of, or changed in, the requests for one model, because its provider refuses it. */
export interface Mends {
  /** Names of settings that are left out. */
  without: ReadonlySet<string>;
  /** The most tokens that the answer may have. */
  limit?: TokenLimit;
  /** How much it may be told to think. */
  efforts?: ReasoningEffort[];
}

export interface TokenLimit {
  /** Null: the provider does not say it. */
  tokens: number | null;
  /** It is the model's, whatever the question; else what this question leaves of the window. */
  isOfModel: boolean;
}

const NONE: Mends = { without: new Set() };

/**
 * What models were found to refuse. Families of models differ in what they take, and new ones come every month: the first
 * request that meets one is refused, and goes once more without the setting; where that is taken, those that follow go so
 * from the beginning.
 */
export class RefusedSettings {
  private readonly known = new Map<string, Mends>();
  private readonly conversations = new Set<string>();

  /** `cacheKey`: as in `ModelRequest`. */
  of(model: string, cacheKey = ''): Mends {
    const mends = this.known.get(model) ?? NONE;
    return this.conversations.has(conversation(model, cacheKey)) ? mendsWithout(mends, THOUGHTS) : mends;
  }

  /** Notes what held for one question, as far as it holds for all. */
  keep(model: string, { without, limit, efforts }: Mends, cacheKey = ''): void {
    if (without.has(THOUGHTS)) this.keepConversation(conversation(model, cacheKey));
    const ofModel = new Set([...without].filter((setting) => setting !== THOUGHTS));
    const lasting = { without: ofModel, ...(limit?.isOfModel && { limit }), ...(efforts && { efforts }) };
    if (ofModel.size === 0 && !lasting.limit && !efforts) return;
    if (this.known.has(model) || this.known.size < MAX) this.known.set(model, lasting);
  }

  /** The oldest is forgotten: it costs one more refusal. */
  private keepConversation(key: string): void {
    this.conversations.add(key);
    const [oldest] = this.conversations;
    if (this.conversations.size > MAX_CONVERSATIONS) this.conversations.delete(oldest);
  }
}

const conversation = (model: string, cacheKey: string) => `${model}\n${cacheKey}`;

/** These mends, and one setting more. */
export function mendsWithout(mends: Mends, setting: string): Mends {
  return { ...mends, without: new Set([...mends.without, setting]) };
}

const BOUNDS =
  /at most|at least|between|less than|greater than|no more than|\brange\b|maximum|minimum|[<>]=?|or equal/i;
const NOT_AT_ALL = /unsupported|not supported|unrecognized|unknown|unexpected|not permitted|only/i;

/**
 * Whether a provider refuses a request for `setting`, by its words: it names the setting, and does not only say which
 * values it may have, which the asker can choose among.
 */
export function isRefused(setting: string, words: string): boolean {
  if (!names(setting, words)) return false;
  return !BOUNDS.test(words) || NOT_AT_ALL.test(words);
}

/** Whether a provider's words speak of `setting`, however they write it. */
function names(setting: string, words: string): boolean {
  return new RegExp(`(?<![a-z])${setting.replaceAll('_', '[_ -]?')}(?![a-z])`, 'i').test(words);
}

/**
 * Whether a provider does not take back what it wrote into thoughts of earlier answers: a signature that does not fit,
 * blocks that it says were changed, what it can't decrypt.
 */
export function refusesThoughts(words: string): boolean {
  return /signature|redacted[_ ]thinking|encrypted|reasoning[_ ]details|thinking`?[ _]block|`?thinking`? or/i.test(
    words,
  );
}

/** Whether a model takes no instructions as a message of its own: its template knows no system's role, or only two that alternate. */
export function refusesSystem(words: string): boolean {
  if (/roles must alternate/i.test(words)) return true;
  const isNamed = /\b(system|developer)\b/i.test(words) && /\b(roles?|messages?|prompts?|instructions?)\b/i.test(words);
  return isNamed && /\bnot\b|unsupported|unknown|unexpected|invalid|\bonly\b|\bmust\b/i.test(words);
}

/** A smaller number in a refusal is no limit of an answer's tokens. */
const LEAST = 256;
const MAX_TOKENS = /max[_ ](completion[_ ]|output[_ ]|new[_ ])?tokens/i;
const TOO_LARGE = /too (large|big|high)|exceed|at most|less than|maximum|valid range|>|<=|greater than the/i;
/** The window, what was asked, and what the answer may have: OpenAI, vLLM. */
const IN_COMPLETION = /context length is (\d+)[^]*?\((\d+) in the messages, (\d+) in the completion\)/i;
/** What was asked and what the answer may have, beyond the window: Anthropic. */
const SUM = /(\d+) \+ (\d+) > (\d+)/;

/**
 * The limit that a provider's words name where it refuses a request because its answer may have too many tokens (`sent`),
 * and not because the question has.
 */
export function tokenLimit(words: string, sent: number): TokenLimit | undefined {
  const [, window, asked] = (IN_COMPLETION.exec(words) ?? []).map(Number);
  if (window !== undefined) return ofQuestion(window - asked);
  const [, input, , both] = (SUM.exec(words) ?? []).map(Number);
  if (both !== undefined) return ofQuestion(both - input);
  if (!MAX_TOKENS.test(words) || !TOO_LARGE.test(words)) return undefined;
  const smaller = (words.match(/\d+/g) ?? []).map(Number).filter((tokens) => tokens >= LEAST && tokens < sent);
  return { tokens: smaller.length > 0 ? Math.max(...smaller) : null, isOfModel: true };
}

function ofQuestion(left: number): TokenLimit | undefined {
  return left > 0 ? { tokens: left, isOfModel: false } : undefined;
}
