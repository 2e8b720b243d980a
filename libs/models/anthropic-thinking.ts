import { claudeVersion } from './claude-version.js';
import { listedEfforts, nearestEffort } from './effort.js';
import type { ModelTurn, ReasoningEffort } from './model.js';
import { isRefused, type Mends, mendsWithout } from './refused-settings.js';

/** The ways in which models are told whether to think: `thinking.type`. */
type ThinkingType = 'enabled' | 'adaptive' | 'disabled' | 'between_tools';

export interface ThinkingFields {
  thinking?:
    | { type: 'enabled'; budget_tokens: number }
    | { type: 'adaptive'; display?: 'summarized' }
    | { type: 'disabled' | 'between_tools' };
  output_config?: { effort?: AnthropicEffort };
}

type AnthropicEffort = (typeof EFFORTS)[number];

/** Tokens to think with, of models that take a number. */
const BUDGETS: Record<Exclude<ReasoningEffort, 'none'>, number> = {
  minimal: 1024,
  low: 4096,
  medium: 8192,
  high: 16_384,
};
const LEAST_BUDGET = 1024;
/** So much of the limit may be thoughts: the rest is for the answer. */
const BUDGET_SHARE = 0.8;
const EFFORTS = ['low', 'medium', 'high'] as const;

/** Versions: from here on they decide themselves how long they think, take no temperature, and think unless told not to. */
const ADAPTIVE = 4.6;
const NO_TEMPERATURE = 4.7;
const THINKS_ALWAYS = 5;

export interface ThinkingOptions {
  model: string;
  /** Undefined: the model's own. */
  effort?: ReasoningEffort;
  /** The model thinks at all, as far as the operator says; undefined: by its name. */
  reasoning?: boolean;
  maxTokens: number;
  turns: ModelTurn[];
}

/** How Anthropic's models, and others that are called like them, are told how much to think. */
export function thinkingFields(options: ThinkingOptions, mends: Mends): ThinkingFields {
  if (options.reasoning === false || mends.without.has('thinking')) return {};
  if (isAmidCalls(options.turns) && candidates(options)[0] === 'enabled') return {};
  const type = candidates(options).find((one) => !mends.without.has(`thinking.${one}`));
  if (!type) return {};
  if (type === 'enabled') return budget(options);
  if (type !== 'adaptive') return { thinking: { type } };
  const display = mends.without.has('display') ? {} : ({ display: 'summarized' } as const);
  const effort = effortOf(options.effort, mends);
  return { thinking: { type, ...display }, ...(effort && { output_config: { effort } }) };
}

/** Whether a body's fields make the model think. */
export function thinks({ thinking }: ThinkingFields): boolean {
  return thinking?.type === 'enabled' || thinking?.type === 'adaptive';
}

export function takesTemperature(model: string): boolean {
  return !(claudeVersion(model) >= NO_TEMPERATURE);
}

/** As `ProviderModel.learn`, of a body with such fields. */
export function learnThinking(
  { thinking, output_config }: ThinkingFields,
  words: string,
  mends: Mends,
): [string, Mends] | undefined {
  const effort = output_config?.effort;
  const efforts = effort && listedEfforts(words, effort);
  if (efforts && !mends.efforts) return ['such an effort', { ...mends, efforts }];
  if (effort && isRefused('output_config', words)) return ['output_config', mendsWithout(mends, 'output_config')];
  if (!thinking || !/thinking/i.test(words)) return undefined;
  if (thinking.type === 'adaptive' && thinking.display && /display/i.test(words))
    return ['display of thoughts', mendsWithout(mends, 'display')];
  const { type } = thinking;
  const isType = new RegExp(`\\b${type}\\b|budget_tokens`, 'i').test(words);
  const isRefusal =
    /not (supported|available|allowed|permitted|enabled)|unsupported|does(n't| not) support|input should|does not match|unknown/i;
  if (isType && isRefusal.test(words)) return [`thinking of type ${type}`, mendsWithout(mends, `thinking.${type}`)];
  return isRefused('thinking', words) ? ['thinking', mendsWithout(mends, 'thinking')] : undefined;
}

/** The types that fit, the best first. */
function candidates({ model, effort, reasoning }: ThinkingOptions): ThinkingType[] {
  const version = claudeVersion(model);
  const thinksUnasked = version >= THINKS_ALWAYS;
  // What it does anyway, so that its thoughts are shown.
  if (effort === undefined) return thinksUnasked ? ['adaptive'] : [];
  if (effort === 'none') return thinksUnasked ? ['disabled', 'between_tools', 'adaptive'] : [];
  if (version < 3.7 && !reasoning) return [];
  return version >= ADAPTIVE ? ['adaptive', 'enabled'] : ['enabled', 'adaptive'];
}

/**
 * The newest turn answers calls before which no thought stands that can go back: another model made them, or this one when
 * it did not think. Models that are told to think refuse such a turn.
 */
function isAmidCalls(turns: ModelTurn[]): boolean {
  if (turns.at(-1)?.parts[0]?.type !== 'tool-result') return false;
  const first = turns.at(-2)?.parts[0];
  return first?.type !== 'reasoning' || first.providerMetadata === undefined;
}

function effortOf(asked: ReasoningEffort | undefined, { without, efforts }: Mends): AnthropicEffort | undefined {
  if (asked === undefined || without.has('output_config')) return undefined;
  const taken = EFFORTS.filter((effort) => !efforts || efforts.includes(effort));
  return nearestEffort(asked, taken);
}

/** `max_tokens` holds for thoughts and answer together, and has to be more than the thoughts may have. */
function budget({ effort, maxTokens }: ThinkingOptions): ThinkingFields {
  const wanted = BUDGETS[effort as keyof typeof BUDGETS];
  const budget_tokens = Math.min(wanted, Math.floor(maxTokens * BUDGET_SHARE));
  return budget_tokens < LEAST_BUDGET ? {} : { thinking: { type: 'enabled', budget_tokens } };
}
