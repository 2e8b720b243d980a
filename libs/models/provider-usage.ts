import { isCount } from './event-data.js';
import type { ModelUsage } from './model.js';

/** The counts of chat completions, as OpenAI, DeepSeek, Moonshot and gateways to Anthropic write them. */
export interface OpenAiUsage {
  prompt_tokens?: unknown;
  completion_tokens?: unknown;
  total_tokens?: unknown;
  prompt_tokens_details?: { cached_tokens?: unknown } | null;
  completion_tokens_details?: { reasoning_tokens?: unknown } | null;
  prompt_cache_hit_tokens?: unknown;
  cached_tokens?: unknown;
  cache_read_input_tokens?: unknown;
  reasoning_tokens?: unknown;
}

/** Undefined where the provider gives none, or counts otherwise. */
export function openAiUsage(usage: OpenAiUsage | null | undefined): ModelUsage | undefined {
  const { prompt_tokens: inputTokens, completion_tokens = 0, total_tokens } = usage ?? {};
  if (!usage || !isCount(inputTokens) || !isCount(completion_tokens ?? 0)) return undefined;
  const said = (completion_tokens ?? 0) as number;
  const { prompt_tokens_details, completion_tokens_details } = usage;
  const told = firstCount(completion_tokens_details?.reasoning_tokens, usage.reasoning_tokens);
  // xAI and Gemini count thoughts in the total only.
  const beyond = isCount(total_tokens) ? total_tokens - inputTokens - said : 0;
  const areBeyond = beyond > 0 && (told === undefined || told === beyond);
  const cached = firstCount(
    prompt_tokens_details?.cached_tokens,
    usage.prompt_cache_hit_tokens,
    usage.cached_tokens,
    usage.cache_read_input_tokens,
  );
  return withDetails(inputTokens, areBeyond ? said + beyond : said, cached, areBeyond ? beyond : told);
}

export interface AnthropicUsage {
  input_tokens?: unknown;
  cache_creation_input_tokens?: unknown;
  cache_read_input_tokens?: unknown;
  output_tokens?: unknown;
  output_tokens_details?: { thinking_tokens?: unknown } | null;
}

/** What a message's input was, as far as an event tells it: cached and written ones went in too. */
export class AnthropicInput {
  private tokens = 0;
  private cached: number | undefined;

  /** Some gateways tell the input only at the end. */
  read(usage: AnthropicUsage | null | undefined): void {
    const { input_tokens, cache_creation_input_tokens, cache_read_input_tokens } = usage ?? {};
    const counts = [input_tokens, cache_creation_input_tokens, cache_read_input_tokens].filter(isCount);
    this.tokens = counts.reduce((sum, count) => sum + count, 0) || this.tokens;
    this.cached = firstCount(cache_read_input_tokens) ?? this.cached;
  }

  /** Undefined where the output is not told. */
  with({ output_tokens, output_tokens_details }: AnthropicUsage): ModelUsage | undefined {
    if (!isCount(output_tokens)) return undefined;
    return withDetails(this.tokens, output_tokens, this.cached, firstCount(output_tokens_details?.thinking_tokens));
  }
}

function withDetails(inputTokens: number, outputTokens: number, cached?: number, reasoning?: number): ModelUsage {
  return {
    inputTokens,
    outputTokens,
    ...(cached !== undefined && { cachedInputTokens: Math.min(cached, inputTokens) }),
    ...(reasoning !== undefined && { reasoningTokens: Math.min(reasoning, outputTokens) }),
  };
}

const firstCount = (...values: unknown[]): number | undefined => values.find(isCount);
