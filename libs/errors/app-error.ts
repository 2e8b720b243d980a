import type { ErrorCode, ErrorParams, FieldProblem, WithParams } from './catalogue.js';

/** One bad field of a request: `path` in dots (`user.name`), `message` in English words for a person, and the same as data. */
export type FieldError = FieldProblem & { path: string; message: string };

interface Options {
  cause?: unknown;
  /** Bad fields, for `validation_failed`. */
  errors?: FieldError[];
  /** Seconds until the same call can succeed: becomes `Retry-After` (RFC 9110 §10.2.3), rounded up. */
  retryAfterSeconds?: number;
  /** Further members of the problem document (RFC 9457 §3.2), for instance `messageId`. */
  members?: Record<string, unknown>;
}

/** `params` is what the catalogue says of the code. */
export type AppErrorOptions<C extends ErrorCode = ErrorCode> = Options & WithParams<ErrorParams<C>>;

/**
 * The one error type that services throw. `code` is the stable snake_case name of the catalogue that clients rely on,
 * `status` the HTTP status, `detail` an English sentence for a person: never driver text, never a secret (those belong in
 * `cause`, which is logged and not sent).
 */
export class AppError<C extends ErrorCode = ErrorCode> extends Error {
  readonly params?: ErrorParams<C>;
  readonly errors?: FieldError[];
  readonly retryAfterSeconds?: number;
  readonly members?: Record<string, unknown>;

  constructor(
    readonly code: C,
    readonly status: number,
    readonly detail: string,
    ...rest: object extends ErrorParams<C> ? [AppErrorOptions<C>?] : [AppErrorOptions<C>]
  ) {
    const options: Options & { params?: ErrorParams<C> } = rest[0] ?? {};
    super(`${code}: ${detail}`, { cause: options.cause });
    this.name = 'AppError';
    this.params = options.params;
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
export function isCode<C extends ErrorCode>(error: unknown, code: C): error is AppError<C> {
  return error instanceof AppError && error.code === code;
}
