import type { ModelUsage } from '../../../libs/models/index.js';
import type { Attributes } from '../../../libs/tracing/index.js';

/** What an answer's spans tell of it. Never what people wrote, nor who they are. */
export function traceAttributes(messageId: string, endpoint: string | null, model: string | null): Attributes {
  return {
    'parley.message.id': messageId,
    'gen_ai.operation.name': 'chat',
    'gen_ai.provider.name': endpoint ?? '-',
    'gen_ai.request.model': model ?? '-',
  };
}

/** The provider's count. */
export function usageAttributes(usage: ModelUsage | null): Attributes {
  if (!usage) return {};
  return {
    'gen_ai.usage.input_tokens': usage.inputTokens,
    'gen_ai.usage.output_tokens': usage.outputTokens,
    'gen_ai.usage.cache_read.input_tokens': usage.cachedInputTokens,
    'gen_ai.usage.reasoning.output_tokens': usage.reasoningTokens,
  };
}
