import type { FinishReason, ModelUsage } from '../../models/index.js';
import { type AnswerEnd, finishOf } from '../writing/answer.js';

/** Counts as far as they are known here; the others are null, as Anthropic has what does not apply. */
export interface MessagesUsage {
  input_tokens: number;
  output_tokens: number;
  cache_creation_input_tokens: number | null;
  cache_read_input_tokens: number | null;
  output_tokens_details: { thinking_tokens: number } | null;
}

/** Anthropic counts cached tokens apart from the others. */
export function messagesUsage(usage: ModelUsage | undefined): MessagesUsage {
  const { inputTokens = 0, outputTokens = 0, cachedInputTokens, reasoningTokens } = usage ?? {};
  return {
    input_tokens: inputTokens - (cachedInputTokens ?? 0),
    output_tokens: outputTokens,
    cache_creation_input_tokens: null,
    cache_read_input_tokens: cachedInputTokens ?? null,
    output_tokens_details: reasoningTokens === undefined ? null : { thinking_tokens: reasoningTokens },
  };
}

/** What a whole message says beside that. */
export const NOT_TOLD = {
  cache_creation: null,
  inference_geo: null,
  server_tool_use: null,
  service_tier: null,
  speed: null,
} as const;

const STOP_REASONS = {
  stop: 'end_turn',
  length: 'max_tokens',
  'content-filter': 'refusal',
  'tool-calls': 'tool_use',
} as const satisfies Record<FinishReason, string>;

export type StopReason = (typeof STOP_REASONS)[FinishReason] | 'stop_sequence';

export interface Stop {
  stop_reason: StopReason;
  stop_sequence: string | null;
  stop_details: { type: 'refusal'; category: null; explanation: null } | null;
}

export function stopOf(end: AnswerEnd, hasCalls: boolean): Stop {
  const finish = finishOf(end, hasCalls);
  const sequence = finish === 'stop' ? (end.stopSequence ?? null) : null;
  const refusal = { type: 'refusal', category: null, explanation: null } as const;
  return {
    stop_reason: sequence === null ? STOP_REASONS[finish] : 'stop_sequence',
    stop_sequence: sequence,
    stop_details: finish === 'content-filter' ? refusal : null,
  };
}
