import { HttpException } from '@nestjs/common';
import { AppError, type ErrorCode, type FieldError, type PlainErrorCode } from '../../libs/errors/index.js';

/** RFC 9457's problem document, with the members of our own. */
export interface Problem {
  type: string;
  title: string;
  status: number;
  code: ErrorCode;
  detail: string;
  /** The request id. */
  instance: string;
  /** What `detail` says, as data: `ERRORS` of the catalogue. */
  params?: object;
  errors?: FieldError[];
  [member: string]: unknown;
}

export interface ProblemAnswer {
  status: number;
  body: Problem;
  headers: Record<string, string>;
}

const INTERNAL = new AppError('internal', 500, 'Something went wrong on our side. Please try again.');

/** Refusals of the server itself and of the framework, by status. */
const BY_STATUS: Record<number, [code: PlainErrorCode, detail: string]> = {
  400: ['validation_failed', 'The request is not valid.'],
  401: ['unauthenticated', 'Please sign in.'],
  403: ['forbidden', 'This is not allowed.'],
  404: ['not_found', 'There is nothing here.'],
  405: ['method_not_allowed', 'This method is not possible here.'],
  408: ['request_timeout', 'The request took too long to arrive.'],
  413: ['body_too_large', 'The body of the request is too large.'],
  414: ['not_found', 'There is nothing here.'],
  415: ['unsupported_media_type', 'The body must be JSON, with Content-Type: application/json.'],
  429: ['rate_limited', 'Too many requests. Please try again later.'],
  431: ['headers_too_large', 'The headers of the request are too large.'],
  503: ['unavailable', 'The service is not available right now. Please try again.'],
};

/** An address too long for the router is unknown like any other. */
const STATUS_OF: Record<string, number> = { FST_ERR_MAX_PARAM_LENGTH: 404, FST_ERR_ROUTE_MISSING_CONTENT_TYPE: 415 };

/** Seconds to wait where whoever refused gave none: these statuses always carry a Retry-After. */
const RETRY_AFTER: Record<number, number> = { 429: 1, 503: 2 };

/** The refusal of this status, in our words. */
export function refusalByStatus(status: number, cause?: unknown, errors?: FieldError[]): AppError {
  const [code, detail] = BY_STATUS[status] ?? (['refused', 'The request was refused.'] as const);
  return new AppError(code, status, detail, { cause, errors });
}

function fieldsOf(code: string): FieldError[] | undefined {
  const bad = { code: 'bad_format' } as const;
  if (code === 'FST_ERR_BAD_URL') {
    return [{ path: 'url', message: 'is not a valid address', ...bad, params: { format: 'url' } }];
  }
  if (code.startsWith('FST_ERR_CTP_')) {
    return [{ path: 'body', message: 'could not be read', ...bad, params: { format: 'body' } }];
  }
  return undefined;
}

/** Fastify's own refusals; null for its faults and for everything else. */
function fromFastify(error: unknown): AppError | null {
  const { code, statusCode } = error as { code?: unknown; statusCode?: unknown };
  if (typeof code !== 'string' || !code.startsWith('FST_') || typeof statusCode !== 'number') return null;
  const status = STATUS_OF[code] ?? statusCode;
  if (status < 400 || status >= 500) return null;
  return refusalByStatus(status, error, status === 400 ? fieldsOf(code) : undefined);
}

/**
 * What an error means to a client: an AppError as it is; refusals of Fastify and Nest by their status; whatever else as
 * `internal`. Nothing of an unknown error's text is taken over.
 */
export function toAppError(error: unknown): AppError {
  if (error instanceof AppError) return error;
  if (error === null || typeof error !== 'object') return INTERNAL;
  if (error instanceof HttpException) {
    const status = error.getStatus();
    if (error.cause instanceof AppError) return error.cause;
    const known = error.cause ? fromFastify(error.cause) : null;
    return known ?? (status in BY_STATUS || status < 500 ? refusalByStatus(status, error) : INTERNAL);
  }
  return fromFastify(error) ?? INTERNAL;
}

/** `rate_limited` → `Rate limited`: the same for each occurrence, as RFC 9457 §3.1.3 asks. */
function titleOf(code: string): string {
  return code.charAt(0).toUpperCase() + code.slice(1).replaceAll('_', ' ');
}

/** The answer for any error, as `application/problem+json`. */
export function toProblem(error: unknown, requestId: string): ProblemAnswer {
  const { code, status, detail, params, errors, members, retryAfterSeconds } = toAppError(error);
  const body: Problem = {
    ...members,
    type: `urn:parley:error:${code}`,
    title: titleOf(code),
    status,
    code,
    detail,
    instance: requestId,
    ...(params && { params }),
    ...(errors && { errors }),
  };
  const headers: Record<string, string> = { 'content-type': 'application/problem+json' };
  const wait = retryAfterSeconds ?? RETRY_AFTER[status];
  if (wait !== undefined) headers['retry-after'] = String(Math.ceil(wait));
  return { status, body, headers };
}
