import type { ErrorParams, ModelErrorCode, WithParams } from '../errors/index.js';

export type { ModelErrorCode };

/** One turn of the context, oldest first. */
export interface ModelTurn {
  role: 'user' | 'assistant';
  text: string;
}

export interface ModelRequest {
  model: string;
  turns: ModelTurn[];
  /** System instructions. */
  instructions?: string;
  temperature?: number;
  /** Most tokens of the answer. */
  maxTokens?: number;
}

/** The provider's own count; of one call. */
export interface ModelUsage {
  inputTokens: number;
  outputTokens: number;
}

/**
 * Why the provider says that its answer ended. `stop`: it was finished. `length`: the limit of tokens cut it.
 * `content-filter`: the provider's filter cut it. `tool-calls`: the model asks for a tool.
 */
export type FinishReason = 'stop' | 'length' | 'content-filter' | 'tool-calls';

/**
 * What a stream brings: text to append, the usage known so far (of this call, replacing an earlier one), or why the
 * provider ended the answer: at most once, before the stream's end, and only where the provider said it.
 */
export type ModelChunk = { text: string } | { usage: ModelUsage } | { finishReason: FinishReason };

export interface ModelInfo {
  name: string;
  /** The model's window, in and out, in tokens; undefined where unknown: then nothing is trimmed. */
  contextTokens?: number;
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

  /** The model that is taken where none is named: the first of `models()`. Rejects with ModelError. */
  abstract defaultModel(): Promise<string>;

  abstract stream(request: ModelRequest, signal: AbortSignal): AsyncIterable<ModelChunk>;

  /** Closes kept connections; any number of times. */
  abstract close(): Promise<void>;
}
