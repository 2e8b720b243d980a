import type { SaidCalls } from './openai-calls.js';
import type { SaidThoughts } from './openai-thoughts.js';
import type { OpenAiUsage } from './provider-usage.js';

/** What is said in a delta or message. */
export interface Said extends SaidThoughts, SaidCalls {
  content?: unknown;
  text?: unknown;
  refusal?: unknown;
  /** Gemini: its content is a thought. */
  extra_content?: { google?: { thought?: unknown } | null } | null;
}

/** What is read of a chat.completion.chunk. Some servers leave out, or send as null, whatever they don't use. */
export interface Chunk {
  object?: string;
  error?: unknown;
  usage?: OpenAiUsage | null;
  choices?: Choice[] | null;
}

export interface Choice {
  delta?: Said | string | null;
  message?: Said | null;
  text?: unknown;
  content?: unknown;
  finish_reason?: unknown;
  /** vLLM: the sequence that ended it. */
  stop_reason?: unknown;
  logprobs?: { content?: unknown } | null;
}

/** Where text stands in a choice. */
export const partsOf = (choice?: Choice | null) => [choice?.delta, choice?.message, choice?.text, choice?.content];
