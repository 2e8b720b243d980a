import { knownModel, plainName } from './known-models.js';
import type { ModelRequest } from './model.js';
import { EFFORT_FIELDS, type EffortFields, effortFields, learnEfforts } from './openai-effort.js';
import { type OpenAiMessage, openAiMessages } from './openai-messages.js';
import { openAiAsked, type OpenAiAsked } from './openai-tools.js';
import { openAiServer, type OpenAiServer } from './openai-server.js';
import type { ModelSettings } from './model-settings.js';
import type { Problem } from './provider-problem.js';
import { isRefused, type Mends, mendsWithout, refusesSystem, refusesThoughts, tokenLimit } from './refused-settings.js';
import { instructed } from './turns.js';

const FIELDS = ['max_tokens', 'max_completion_tokens'] as const;
const SETTINGS = ['stream_options', 'temperature', ...FIELDS, 'prompt_cache_key', ...EFFORT_FIELDS] as const;
/** Models that reason: they take max_completion_tokens only, and no temperature. */
const REASONS = /^(o\d|gpt-5(?!.*chat))/;
/** Longer keys are refused. */
const MAX_CACHE_KEY = 64;

export interface OpenAiBody extends EffortFields, OpenAiAsked {
  model: string;
  messages: OpenAiMessage[];
  stream: true;
  stream_options?: { include_usage: true };
  temperature?: number;
  prompt_cache_key?: string;
  max_tokens?: number;
  max_completion_tokens?: number;
}

/** The bodies of chat completions, in the dialect of the model in question. */
export class OpenAiBodies {
  private readonly settings: Map<string, ModelSettings>;
  private readonly server: OpenAiServer;

  constructor(baseURL: string, models: ModelSettings[] = []) {
    this.settings = new Map(models.map((model) => [model.name, model]));
    this.server = openAiServer(baseURL);
  }

  body(request: ModelRequest, mends: Mends): OpenAiBody {
    const { model, temperature, maxTokens, reasoningEffort, cacheKey } = request;
    const { without, limit } = mends;
    const { system, turns } = instructed(request, !without.has('system'));
    const withThoughts = reasoningEffort !== 'none' && !without.has('thoughts');
    const instructions: OpenAiMessage[] = system === undefined ? [] : [{ role: 'system', content: system }];
    return {
      model,
      messages: [...instructions, ...openAiMessages(turns, { server: this.server, withThoughts })],
      stream: true,
      // Without it OpenAI gives no usage in a stream.
      stream_options: without.has('stream_options') ? undefined : { include_usage: true },
      temperature: this.takesTemperature(model) && !without.has('temperature') ? temperature : undefined,
      ...this.effort(request, mends),
      prompt_cache_key: this.takesCacheKey && !without.has('prompt_cache_key') ? keyOf(cacheKey) : undefined,
      // Without it the answer may take what the question leaves.
      [this.maxTokensField(model, without)]: limit ? undefined : this.atMost(model, maxTokens),
      ...openAiAsked(request, this.server),
    };
  }

  /** As `ProviderModel.learn`. */
  learn(body: OpenAiBody, { kind, message }: Problem, mends: Mends): [string, Mends] | undefined {
    const words = `${kind} ${message}`;
    const field = FIELDS.find((name) => body[name] !== undefined);
    const limit = field && tokenLimit(words, Number(body[field]));
    if (limit) return [`${body[field]} as ${field}`, { ...mends, limit: { ...limit, isOfModel: false } }];
    const { messages } = body;
    const hasThoughts = messages.some((one) => one.role === 'assistant' && one.reasoning_details);
    if (hasThoughts && refusesThoughts(words)) return ['thoughts of earlier answers', mendsWithout(mends, 'thoughts')];
    const efforts = learnEfforts(body, words);
    if (efforts && !mends.efforts) return ['such an effort', { ...mends, efforts }];
    const setting = SETTINGS.find((name) => body[name] !== undefined && isRefused(name, words));
    // One of the two fields it has to take.
    const hasTriedBoth = setting === field && FIELDS.some((other) => other !== field && mends.without.has(other));
    if (setting) return hasTriedBoth ? undefined : [setting, mendsWithout(mends, setting)];
    if (messages[0]?.role !== 'system' || !refusesSystem(words)) return undefined;
    return ['instructions as a message of their own', mendsWithout(mends, 'system')];
  }

  /** `none` goes only to models that are known to think: others have nothing to leave out. */
  private effort({ model, reasoningEffort: effort }: ModelRequest, mends: Mends): EffortFields {
    const { reasoning, effortField: field } = this.settings.get(model) ?? {};
    if (effort === undefined || reasoning === false) return {};
    const mayThink = reasoning ?? (field !== undefined || knownModel(model).reasoning === true);
    if (effort === 'none' && !mayThink && this.server !== 'openrouter') return {};
    return effortFields({ server: this.server, model: plainName(model), field, effort }, mends);
  }

  private takesTemperature(model: string): boolean {
    return !(this.settings.get(model)?.noTemperature ?? REASONS.test(plainName(model)));
  }

  private get takesCacheKey(): boolean {
    return this.server === 'openai' || this.server === 'azure';
  }

  private atMost(model: string, maxTokens: number | undefined): number | undefined {
    const most = this.settings.get(model)?.maxOutputTokens ?? Infinity;
    return maxTokens === undefined ? undefined : Math.min(maxTokens, most);
  }

  private maxTokensField(model: string, without: ReadonlySet<string>): (typeof FIELDS)[number] {
    const usual = this.server === 'openai' || REASONS.test(plainName(model)) ? FIELDS[1] : FIELDS[0];
    const field = this.settings.get(model)?.maxTokensField ?? usual;
    return without.has(field) ? FIELDS.find((other) => other !== field)! : field;
  }
}

const keyOf = (cacheKey: string | undefined) => cacheKey?.slice(0, MAX_CACHE_KEY);
