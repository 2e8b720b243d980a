import type { InputKind } from './model.js';
import type { EffortField } from './openai-effort.js';

/** A model as an operator describes it. What is left out is what is usual for a model of that name. */
export interface ModelSettings {
  name: string;
  /** One that makes embeddings is not offered for chat. */
  kind?: 'chat' | 'embedding';
  contextTokens?: number;
  maxTokensField?: 'max_tokens' | 'max_completion_tokens';
  noTemperature?: boolean;
  /** Where it takes how much it is to think. */
  effortField?: EffortField;
  /** The most tokens that it writes. */
  maxOutputTokens?: number;
  label?: string;
  description?: string;
  input?: InputKind[];
  reasoning?: boolean;
  /** Thoughts stand in `<think>…</think>` at the beginning of its text. Undefined: as the text looks. False: all is text. */
  thinkTags?: boolean;
}
