import type { ErrorParams, ModelErrorCode, WithParams } from '../errors/index.js';

export type { ModelErrorCode };

/** What a model takes beside text. */
export type InputKind = 'text' | 'image' | 'pdf';

/** How much a model is to think before it answers. `none`: not at all. */
export const REASONING_EFFORTS = ['none', 'minimal', 'low', 'medium', 'high'] as const;
export type ReasoningEffort = (typeof REASONING_EFFORTS)[number];

/**
 * What a provider wants back unchanged with a part: signatures, redacted blocks, ids. JSON that only the dialect that made
 * it can read; for the same endpoint and model, never shown.
 */
export type ProviderMetadata = Record<string, unknown>;

export interface TextPart {
  type: 'text';
  text: string;
}

/** A thought. `text` is empty where its provider hides it. */
export interface ReasoningPart {
  type: 'reasoning';
  text: string;
  providerMetadata?: ProviderMetadata;
}

/** A picture or a PDF, as it goes to the provider. */
export interface FilePart {
  type: 'file';
  filename: string;
  mediaType: string;
  data: Buffer;
}

export type TurnPart = TextPart | ReasoningPart | FilePart;

/** One turn of the context, oldest first; its parts in the order in which they came about. */
export interface ModelTurn {
  role: 'user' | 'assistant';
  parts: TurnPart[];
}

/** A turn of text alone. */
export const textTurn = (role: ModelTurn['role'], text: string): ModelTurn => ({
  role,
  parts: [{ type: 'text', text }],
});

/** The texts of a turn, one behind the other. */
export function textOfTurn({ parts }: ModelTurn): string {
  return parts.length === 1 && parts[0].type === 'text'
    ? parts[0].text
    : parts.map((part) => (part.type === 'text' ? part.text : '')).join('');
}

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
}

/** The provider's own count; of one call. */
export interface ModelUsage {
  /** With the cached ones. */
  inputTokens: number;
  /** With those of thoughts. */
  outputTokens: number;
  /** Of the input, read from the provider's cache; undefined where it does not tell. */
  cachedInputTokens?: number;
  /** Of the output, thoughts; undefined where it does not tell. */
  reasoningTokens?: number;
}

/**
 * Why the provider says that its answer ended. `stop`: it was finished. `length`: the limit of tokens cut it.
 * `content-filter`: the provider's filter cut it. `tool-calls`: the model asks for a tool.
 */
export type FinishReason = 'stop' | 'length' | 'content-filter' | 'tool-calls';

/**
 * A part that is no text, or more of it. With `begins` a part of its own follows, else it is about the newest one. A hidden
 * thought is one that begins and gets no text. `providerMetadata` replaces what was told before.
 */
export interface PartChunk {
  type: 'reasoning';
  begins?: true;
  providerMetadata?: ProviderMetadata;
}

/**
 * What a stream brings: text to append, a thought to append (to the part that is being written where that is of its kind,
 * else it begins one), a part, the usage known so far (of this call, replacing an earlier one), or why the provider ended the
 * answer: at most once, before the stream's end, and only where the provider said it.
 */
export type ModelChunk =
  | { text: string }
  | { reasoning: string }
  | { part: PartChunk }
  | { usage: ModelUsage }
  | { finishReason: FinishReason };

export interface ModelInfo {
  name: string;
  /** For people; undefined: its name. */
  label?: string;
  description?: string;
  /** The model's window, in and out, in tokens; undefined where unknown: then nothing is trimmed. */
  contextTokens?: number;
  /** What it takes. Undefined where nobody knows: then only text is sent. */
  input?: InputKind[];
  /** Whether `reasoningEffort` can be asked of it. Undefined where nobody knows: then it can't. */
  reasoning?: boolean;
}

export type ModelErrorOptions<C extends ModelErrorCode = ModelErrorCode> = {
  retryable: boolean;
  retryAfterMs?: number;
  free?: boolean;
  cause?: unknown;
} & WithParams<ErrorParams<C>>;

/**
 * A model that failed. `retryable`: the same call may succeed later (408, 409, 429, 5xx, network, a stream that broke
 * off). `retryAfterMs`: the provider's Retry-After. `free`: the provider never had the request, or its status refused it; any
 * other failure, silence too, may well be billed with its input. `message` is in words the person who asked can act on; it
 * holds no key and no address with credentials. `params` says the same as data.
 */
export class ModelError<C extends ModelErrorCode = ModelErrorCode> extends Error {
  readonly params?: ErrorParams<C>;
  readonly retryable: boolean;
  readonly retryAfterMs?: number;
  readonly free: boolean;

  constructor(
    readonly code: C,
    message: string,
    options: ModelErrorOptions<C>,
  ) {
    super(message, { cause: options.cause });
    this.name = 'ModelError';
    this.params = options.params;
    this.retryable = options.retryable;
    this.retryAfterMs = options.retryAfterMs;
    this.free = options.free ?? false;
  }
}

/**
 * An endpoint that answers. Not a swap but a registry: each configured endpoint is one instance.
 *
 * `stream` never retries: who calls it does. Only a request that its provider refused for one of its settings goes once
 * more without it, before anything was said. It ends without error only where the provider said that the answer is
 * complete; a stream that ends without its end marker is `model_broken_stream`. Aborting `signal` closes the upstream
 * connection at once and ends the iteration with the signal's reason. Chunks come as they arrive; several that arrive
 * together may be one.
 */
export abstract class Model {
  /** As in the address `/api/ask/:endpoint`. */
  abstract readonly name: string;
  /** For people. */
  abstract readonly label: string;
  /** Most calls at once over all instances; undefined: any number. */
  abstract readonly maxConcurrent: number | undefined;

  /** The models one may ask for. Configured ones, else asked of the provider. Rejects with ModelError. */
  abstract models(): Promise<ModelInfo[]>;

  /** What is known of a model without asking anybody, also of one that is not offered. */
  known(name: string): ModelInfo {
    return { name };
  }

  /** The model that is taken where none is named: the first of `models()`. Rejects with ModelError. */
  abstract defaultModel(): Promise<string>;

  abstract stream(request: ModelRequest, signal: AbortSignal): AsyncIterable<ModelChunk>;

  /** Closes kept connections; any number of times. */
  abstract close(): Promise<void>;
}
