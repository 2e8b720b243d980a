import {
  type AnthropicMessage,
  anthropicMessages,
  type Block,
  cachedText,
  isMarked,
  isThought,
  type TextBlock,
} from './anthropic-messages.js';
import { learnThinking, takesTemperature, thinkingFields, type ThinkingFields, thinks } from './anthropic-thinking.js';
import { anthropicAsked, type AnthropicAsked, isForced, learnFormat, type OutputFormat } from './anthropic-tools.js';
import type { ModelRequest } from './model.js';
import type { ModelSettings } from './model-settings.js';
import type { Problem } from './provider-problem.js';
import { isRefused, type Mends, mendsWithout, refusesSystem, refusesThoughts, tokenLimit } from './refused-settings.js';
import { instructed } from './turns.js';

/** The API demands a limit; unset it is the most that all models of a generation can write. */
const MOST_TOKENS: Array<[RegExp, number]> = [
  [/^claude-(2|instant|3-(opus|sonnet|haiku))/, 4096],
  [/^claude-3-7/, 32_000],
  [/^claude-3/, 8192],
];
const MOST_TOKENS_SINCE = 32_000;

export interface AnthropicBody
  extends Omit<ThinkingFields, 'output_config'>, Pick<AnthropicAsked, 'tools' | 'tool_choice'> {
  output_config?: ThinkingFields['output_config'] & { format?: OutputFormat };
  model: string;
  max_tokens: number;
  system?: string | TextBlock[];
  messages: AnthropicMessage[];
  temperature?: number;
  top_p?: number;
  top_k?: number;
  stop_sequences?: string[];
  stream: true;
}

/** The bodies of messages, in the dialect of the model in question. */
export class AnthropicBodies {
  private readonly settings: Map<string, ModelSettings>;

  constructor(models: ModelSettings[] = []) {
    this.settings = new Map(models.map((model) => [model.name, model]));
  }

  body(request: ModelRequest, mends: Mends): AnthropicBody {
    return this.prepare(request, mends).body;
  }

  /** With the name of the tool whose input is the answer's text, where that is asked for by one. */
  prepare(request: ModelRequest, mends: Mends): { body: AnthropicBody; formatTool?: string } {
    const { model, temperature } = request;
    const { without } = mends;
    const { system, turns } = instructed(request, !without.has('system'));
    const maxTokens = this.maxTokens(request, mends);
    const { reasoning, noTemperature = !takesTemperature(model) } = this.settings.get(model) ?? {};
    const { format, formatTool, ...asked } = anthropicAsked(request, turns, mends);
    const effort = isForced(asked) ? 'none' : request.reasoningEffort;
    const { output_config, ...thinking } = thinkingFields({ model, effort, reasoning, maxTokens, turns }, mends);
    const hasTemperature = !noTemperature && !thinking.thinking && !without.has('temperature');
    const withCache = !without.has('cache_control');
    const withThoughts = thinks(thinking) && !without.has('thoughts');
    const body: AnthropicBody = {
      model,
      max_tokens: maxTokens,
      system: withCache && system !== undefined ? cachedText(system) : system,
      messages: anthropicMessages(turns, { withThoughts, withCache }),
      // Its scale ends at 1, that of others at 2.
      temperature: hasTemperature && temperature !== undefined ? Math.min(temperature, 1) : undefined,
      // Whoever asks for these relies on them: they are not left out where they are refused.
      top_p: request.topP,
      top_k: request.topK,
      stop_sequences: request.stop?.length ? request.stop : undefined,
      ...asked,
      ...thinking,
      ...((output_config || format) && { output_config: { ...output_config, ...(format && { format }) } }),
      stream: true,
    };
    return { body, formatTool };
  }

  /** As `ProviderModel.learn`. */
  learn(body: AnthropicBody, { kind, message }: Problem, mends: Mends): [string, Mends] | undefined {
    const { max_tokens } = body;
    const words = `${kind} ${message}`;
    const limit = tokenLimit(words, max_tokens);
    // Where the number that it names doesn't do, or it names none, half as many may.
    const tokens = mends.limit ? null : limit?.tokens;
    const half = Math.floor(max_tokens / 2);
    if (limit && half > 0)
      return [`${max_tokens} as max_tokens`, { ...mends, limit: { ...limit, tokens: tokens ?? half } }];
    if (body.temperature !== undefined && isRefused('temperature', words)) {
      return ['temperature', mendsWithout(mends, 'temperature')];
    }
    if (holds(body, isThought) && refusesThoughts(words)) {
      return ['thoughts of earlier answers', mendsWithout(mends, 'thoughts')];
    }
    return learnFormat(body, words, mends) ?? learnThinking(body, words, mends) ?? this.learnForm(body, words, mends);
  }

  private learnForm(body: AnthropicBody, words: string, mends: Mends): [string, Mends] | undefined {
    const { system } = body;
    const isList = Array.isArray(system);
    const hasMark = isList || holds(body, isMarked);
    const wantsText = isList && /\bsystem\b/.test(words) && /string/.test(words);
    if (hasMark && (isRefused('cache_control', words) || wantsText)) {
      return ['cache_control', mendsWithout(mends, 'cache_control')];
    }
    if (system === undefined || !refusesSystem(words)) return undefined;
    return ['instructions apart from the question', mendsWithout(mends, 'system')];
  }

  private maxTokens({ model, maxTokens }: ModelRequest, { limit }: Mends): number {
    const { maxOutputTokens } = this.settings.get(model) ?? {};
    const most = maxOutputTokens ?? MOST_TOKENS.find(([names]) => names.test(model))?.[1] ?? MOST_TOKENS_SINCE;
    return Math.min(maxTokens ?? most, maxOutputTokens ?? Infinity, limit?.tokens ?? Infinity);
  }
}

function holds({ messages }: AnthropicBody, is: (block: Block) => boolean): boolean {
  return messages.some(({ content }) => typeof content !== 'string' && content.some(is));
}
