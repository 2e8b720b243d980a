import { listedEfforts, nearestEffort } from './effort.js';
import { REASONING_EFFORTS, type ReasoningEffort } from './model.js';
import type { OpenAiServer } from './openai-server.js';
import type { Mends } from './refused-settings.js';

/** The fields in which servers take how much a model is to think. */
export const EFFORT_FIELDS = [
  'reasoning_effort',
  'reasoning',
  'thinking',
  'enable_thinking',
  'chat_template_kwargs',
] as const;
export type EffortField = (typeof EFFORT_FIELDS)[number];

/** How much a model is to think, in the form that its server takes. */
export interface EffortFields {
  reasoning_effort?: ReasoningEffort;
  reasoning?: { effort: ReasoningEffort };
  thinking?: { type: 'enabled' | 'disabled' };
  enable_thinking?: boolean;
  chat_template_kwargs?: { enable_thinking: boolean; thinking: boolean };
}

/** Where it is not `reasoning_effort` (OpenAI, Azure, Gemini, Mistral, Ollama, vLLM, llama.cpp, Groq, xAI). */
const USUAL: Partial<Record<OpenAiServer, EffortField>> = {
  openrouter: 'reasoning',
  deepseek: 'thinking',
  dashscope: 'enable_thinking',
};

/** What families take of it; all others may take everything, and tell if they don't. */
const TAKEN: Array<[RegExp, ReasoningEffort[]]> = [
  [/^gpt-5(?!\.\d)/, ['minimal', 'low', 'medium', 'high']],
  [/^gpt-\d/, ['none', 'low', 'medium', 'high']],
  [/^(o\d|gpt-oss)/, ['low', 'medium', 'high']],
  [/^gemini-2\.5-flash/, [...REASONING_EFFORTS]],
  [/^gemini/, ['minimal', 'low', 'medium', 'high']],
];

export interface EffortOptions {
  server: OpenAiServer;
  /** Without its vendor. */
  model: string;
  field?: EffortField;
  effort: ReasoningEffort;
}

/** The fields of a body that ask for this effort, or as near to it as the model takes. */
export function effortFields(options: EffortOptions, { without, efforts }: Mends): EffortFields {
  const { server, model, field = USUAL[server] ?? 'reasoning_effort' } = options;
  const usual = server === 'openrouter' ? undefined : TAKEN.find(([names]) => names.test(model))?.[1];
  const effort = nearestEffort(options.effort, efforts ?? usual ?? REASONING_EFFORTS);
  if (!effort) return {};
  const fields = fieldsOf(field, effort);
  return Object.fromEntries(Object.entries(fields).filter(([name]) => !without.has(name)));
}

function fieldsOf(field: EffortField, effort: ReasoningEffort): EffortFields {
  const thinks = effort !== 'none';
  switch (field) {
    case 'reasoning_effort':
      return { reasoning_effort: effort };
    case 'reasoning':
      return { reasoning: { effort } };
    case 'thinking':
      return thinks ? { thinking: { type: 'enabled' }, reasoning_effort: effort } : { thinking: { type: 'disabled' } };
    case 'enable_thinking':
      return { enable_thinking: thinks };
    case 'chat_template_kwargs':
      // Qwen's templates read the one, those of DeepSeek and Granite the other.
      return { chat_template_kwargs: { enable_thinking: thinks, thinking: thinks } };
  }
}

/** The efforts that a model takes, by the words with which it refused this body's; undefined: it did not refuse that. */
export function learnEfforts(body: EffortFields, words: string): ReasoningEffort[] | undefined {
  const sent = body.reasoning_effort ?? body.reasoning?.effort;
  return sent && listedEfforts(words, sent);
}
