import type { ErrorParams, ModelErrorCode, WithParams } from '../errors/index.js';

export type { ModelErrorCode };

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
