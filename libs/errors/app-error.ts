/** One bad field of a request: `path` in dots (`user.name`), `message` in words for a person. */
export interface FieldError {
  path: string;
  message: string;
}

export interface AppErrorOptions {
  cause?: unknown;
  /** Bad fields, for `validation_failed`. */
  errors?: FieldError[];
  /** Seconds until the same call can succeed: becomes `Retry-After` (RFC 9110 §10.2.3), rounded up. */
  retryAfterSeconds?: number;
  /** Further members of the problem document (RFC 9457 §3.2), for instance `messageId`. */
  members?: Record<string, unknown>;
}

/**
 * The one error type that services throw. `code` is the stable snake_case name that clients rely on, `status` the HTTP
 * status, `detail` a sentence for a person: never driver text, never a secret (those belong in `cause`, which is logged
 * and not sent).
 */
export class AppError extends Error {
  readonly errors?: FieldError[];
  readonly retryAfterSeconds?: number;
  readonly members?: Record<string, unknown>;

  constructor(
    readonly code: string,
    readonly status: number,
    readonly detail: string,
    options: AppErrorOptions = {},
  ) {
    super(`${code}: ${detail}`, { cause: options.cause });
    this.name = 'AppError';
    this.errors = options.errors;
    this.retryAfterSeconds = options.retryAfterSeconds;
    this.members = options.members;
  }
}

/** A store, queue, log or counter that does not answer. Every adapter rejects with this, `cause` inside. */
export function dependencyDown(dependency: string, cause?: unknown): AppError {
  return new AppError('dependency_down', 503, `The ${dependency} does not answer right now. Please try again.`, {
    cause,
    retryAfterSeconds: 2,
  });
}

/** What is larger than a store takes: it always will be, so nobody tries again. */
export function tooLarge(cause?: unknown): AppError {
  return new AppError('body_too_large', 413, 'This is larger than what can be stored.', { cause });
}

/** Whether this is the AppError of that code. */
export function isCode(error: unknown, code: string): error is AppError {
  return error instanceof AppError && error.code === code;
}
