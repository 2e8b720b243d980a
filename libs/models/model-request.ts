import type { ModelError } from './model-error.js';
import type { ModelTurn } from './turn.js';

/** How much a model is to think before it answers. `none`: not at all. */
export const REASONING_EFFORTS = ['none', 'minimal', 'low', 'medium', 'high'] as const;
export type ReasoningEffort = (typeof REASONING_EFFORTS)[number];

/** A function that the model may ask its caller to run. `inputSchema`: JSON schema of its input. */
export interface ModelTool {
  name: string;
  description?: string;
  inputSchema: Record<string, unknown>;
  /** Its input is to fit the schema to the letter. */
  strict?: boolean;
}

/** Whether the model calls tools: as it likes, never, at least one, or this one. */
export type ToolChoice = 'auto' | 'none' | 'required' | { toolName: string };

/** The form of the answer's text: any JSON object, or one that fits a schema. */
export type ResponseFormat =
  | { type: 'json' }
  | { type: 'json-schema'; name: string; schema: Record<string, unknown>; description?: string; strict?: boolean };

export interface ModelRequest {
  model: string;
  turns: ModelTurn[];
  /** System instructions. */
  instructions?: string;
  temperature?: number;
  /** Most tokens of the answer. */
  maxTokens?: number;
  /** Left out: the model's own. */
  reasoningEffort?: ReasoningEffort;
  /** The same for requests that begin alike (those of one conversation), for providers that find their caches by a key. */
  cacheKey?: string;
  tools?: ModelTool[];
  /** Left out: `auto` where there are tools. */
  toolChoice?: ToolChoice;
  /** False: at most one call at a time. Left out: the model's own. */
  parallelToolCalls?: boolean;
  responseFormat?: ResponseFormat;
  /** The answer ends before any of these. */
  stop?: string[];
  topP?: number;
  /** Not in OpenAI's own dialect, but in those of many servers that speak it: it is sent to these. */
  topK?: number;
  /** Not in Anthropic's dialect: it is left out there, as nothing of the answer is promised with it. */
  seed?: number;
  /** Not in Anthropic's dialect: they are left out there. */
  presencePenalty?: number;
  frequencyPenalty?: number;
  /** How many alternatives of each token are told with their probability; 0: the token's own. Not in Anthropic's dialect. */
  logprobs?: number;
  /** Told of each server that failed before its first byte where another one is asked instead: it may want to be paid, too. */
  onPassedOver?(error: ModelError): void;
}
