import type { FinishReason } from './model.js';

/**
 * The words of OpenAI, Azure, Anthropic, Gemini, Mistral, Cohere, Zhipu, TGI, llama.cpp and of gateways that pass on what
 * they got. `failure`: an end that is none, by a failure of the provider (OpenRouter, DeepSeek, vLLM, Zhipu).
 */
const WORDS: Record<FinishReason | 'failure', string> = {
  stop: 'stop stopped stop_sequence stop_token end end_turn eos eos_token complete completed done finish finished success',
  length:
    'length max_length max_tokens max_token max_output_tokens max_completion_tokens max_new_tokens token_limit ' +
    'model_length context_length context_length_exceeded model_context_window_exceeded',
  'content-filter':
    'content_filter content_filtered sensitive safety recitation prohibited_content blocklist spii refusal error_toxic',
  'tool-calls': 'tool_calls tool_call tool_use function_call function_calls',
  failure: 'error abort aborted network_error insufficient_system_resource error_limit malformed_function_call',
};

const MEANINGS = new Map(
  Object.entries(WORDS).flatMap(([meaning, words]) =>
    words.split(' ').map((word) => [word, meaning as FinishReason | 'failure'] as const),
  ),
);

/** What a provider's word for an end means, however it is written. Undefined: it is none (`null`, `not_finished`, …). */
export function finishOf(word: unknown): FinishReason | 'failure' | undefined {
  if (typeof word !== 'string') return undefined;
  return MEANINGS.get(word) ?? MEANINGS.get(plain(word));
}

/** `FinishReason.STOP`, `FINISH_REASON_MAX_TOKENS` and `end turn` are the same words. */
const plain = (word: string) =>
  word
    .trim()
    .toLowerCase()
    .replace(/^.*\./, '')
    .replace(/[\s-]+/g, '_')
    .replace(/^finish_reason_/, '');
