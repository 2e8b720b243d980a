import type { ForwardFailure, ForwardPath, Forwarded } from './forwarded.js';
import { ModelError } from './model-error.js';
import type { ModelRequest } from './model-request.js';
import type { ProviderMetadata } from './turn.js';

export * from './forwarded.js';
export * from './model-error.js';
export * from './model-request.js';
export * from './turn.js';

/** What a model takes beside text. */
export type InputKind = 'text' | 'image' | 'pdf';

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
 * More of a call of a tool: its first chunk names it, and each brings more of its input, JSON, to append. Chunks of several
 * calls may come in turns. `providerMetadata` replaces what was told before.
 */
export interface ToolCallChunk {
  toolCallId: string;
  /** With the first chunk of a call, and with no other. */
  toolName?: string;
  input?: string;
  providerMetadata?: ProviderMetadata;
}

/**
 * What a stream brings: text to append, a thought to append (to the part that is being written where that is of its kind,
 * else it begins one), a part, a call of a tool (only where the request has tools), the probabilities of tokens as OpenAI
 * writes them (`choices[0].logprobs.content`, only where they were asked for), the usage known so far (of this call,
 * replacing an earlier one), or why the provider ended the answer: at most once, before the stream's end, and only where
 * the provider said it; with the one of `stop` that ended it, where it says that.
 */
export type ModelChunk =
  | { text: string }
  | { reasoning: string }
  | { part: PartChunk }
  | { toolCall: ToolCallChunk }
  | { logprobs: unknown[] }
  | { usage: ModelUsage }
  | { finishReason: FinishReason; stopSequence?: string };

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

/** How providers are talked to: chat completions, or messages. */
export type ModelDialect = 'openai' | 'anthropic';

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
  /** What its provider speaks; undefined: it has none, and nothing can be handed on. */
  readonly dialect: ModelDialect | undefined = undefined;

  /** The models one may ask for. Configured ones, else asked of the provider. Rejects with ModelError. */
  abstract models(): Promise<ModelInfo[]>;

  /** What is known of a model without asking anybody, also of one that is not offered. */
  known(name: string): ModelInfo {
    return { name };
  }

  /** The model that is taken where none is named: the first of `models()`. Rejects with ModelError. */
  abstract defaultModel(): Promise<string>;

  abstract stream(request: ModelRequest, signal: AbortSignal): AsyncIterable<ModelChunk>;

  /**
   * A call of its provider that is not read here, with this server's key and headers: `body` is JSON, as an object or as it
   * came; `headers` go with it as far as they are about what is asked, and none of ours is replaced. Resolves with whatever
   * the provider answers, a refusal too, which may speak of this server's account. Rejects with ModelError where it can't
   * be reached, or is silent for too long. Aborting closes the connection at once. Never sent twice.
   */
  async forward(
    _path: ForwardPath,
    _body: object | Buffer,
    _signal: AbortSignal,
    _headers?: Record<string, string>,
  ): Promise<Forwarded> {
    const params = { reason: 'question', provider: this.label } as const;
    throw new ModelError('model_refused', `${this.label} takes no such calls.`, {
      retryable: false,
      free: true,
      params,
    });
  }

  /** What that failure of a forwarded call means, in our own words. `model`: as it was asked for. */
  forwardError(_failure: ForwardFailure, _model: string): ModelError {
    const params = { provider: this.label };
    return new ModelError('model_unavailable', `${this.label} does not work right now.`, { retryable: true, params });
  }

  /** The provider's words as programs may see them: one line, without this server's secrets and the provider's address. */
  cleaned(text: string): string {
    return text;
  }

  /** Closes kept connections; any number of times. */
  abstract close(): Promise<void>;
}
