/** What is wrong with one field of a call. From an older server without a code. */
export interface FieldError {
  path: string;
  code?: string;
  params?: object;
}

/**
 * A call that was refused or got no answer. `code` is the contract's, or `unreachable`; `retryAfter` is in seconds. The
 * server's sentences are for whoever looks for a fault: the page has words of its own for code and `params`.
 */
export class ApiError extends Error {
  constructor(
    readonly code: string,
    readonly status: number,
    detail: string,
    readonly retryAfter: number | null = null,
    readonly errors: FieldError[] = [],
    readonly params: object = {},
  ) {
    super(`${code}: ${detail}`);
  }
}

export function unreachable(cause?: unknown): ApiError {
  return Object.assign(new ApiError('unreachable', 0, ''), { cause });
}

/** The error in an answer that is not ok. What is no problem document comes from something between us and the server. */
export async function problemIn(response: Response): Promise<ApiError> {
  const body = (await response.json().catch(() => null)) as Record<string, unknown> | null;
  return problemOf(response.status, response.headers.get('Retry-After'), body);
}

/** The same, of what has been read of it; `body` null: it was no JSON. */
export function problemOf(status: number, retryAfter: string | null, body: Record<string, unknown> | null): ApiError {
  const seconds = Number(retryAfter ?? NaN);
  return new ApiError(
    typeof body?.code === 'string' ? body.code : status >= 500 ? 'unavailable' : 'refused',
    status,
    typeof body?.detail === 'string' ? body.detail : '',
    Number.isFinite(seconds) ? seconds : null,
    Array.isArray(body?.errors) ? (body.errors as FieldError[]) : [],
    typeof body?.params === 'object' && body.params !== null ? body.params : {},
  );
}

export function isCode(error: unknown, ...codes: string[]): error is ApiError {
  return error instanceof ApiError && codes.includes(error.code);
}
