import { AppError, type ErrorCode } from '../../errors/index.js';
import { ModelError } from '../../models/index.js';
import { DialectError, type Path } from './dialect-error.js';

/** What a program is told of a failure, before it has its dialect's form. */
export interface Told {
  status: number;
  /** OpenAI's name for it where there is one, else ours. */
  code: string;
  /** A sentence without secrets. */
  message: string;
  path?: Path;
  /** For `Retry-After`. */
  retryAfterSeconds?: number;
  /** False: the same call fails again, whatever its status says (`x-should-retry`, which the official clients heed). */
  shouldRetry?: false;
}

interface Row {
  /** Left out: that of the error itself. */
  status?: number;
  /** Left out: our own. */
  code?: string;
  shouldRetry?: false;
}

/**
 * Where a dialect has a name of its own, and the statuses of a model that failed. A provider that refuses our key has
 * refused the operator, and not the program: that is never a 401 or 403.
 */
const ROWS: Partial<Record<ErrorCode, Row>> = {
  model_unavailable: { status: 503 },
  model_rate_limited: { status: 429, code: 'rate_limit_exceeded' },
  model_broken_stream: { status: 502 },
  model_refused: { status: 400 },
  model_misconfigured: { status: 502, shouldRetry: false },
  context_too_long: { status: 400, code: 'context_length_exceeded' },
  interrupted: { status: 503 },
  conversation_deleted: { status: 410 },
  internal: { status: 500, code: 'server_error' },
  validation_failed: { code: 'invalid_value' },
  unauthenticated: { code: 'invalid_api_key' },
  endpoint_unknown: { code: 'model_not_found' },
  model_unknown: { code: 'model_not_found' },
  model_cannot: { status: 400, code: 'unsupported_value' },
  rate_limited: { code: 'rate_limit_exceeded' },
  token_budget: { code: 'rate_limit_exceeded' },
  budget_exhausted: { shouldRetry: false },
};

/** A filter cut or refused it: OpenAI's name. */
const FILTERED: Row = { status: 400, code: 'content_filter' };

/** What a program is told of whatever was thrown. What nobody knows is a 500 without a word of it. */
export function toldOf(error: unknown): Told {
  if (error instanceof DialectError) {
    return { status: 400, code: error.code, message: error.message, path: error.path };
  }
  if (error instanceof ModelError) return ofModel(error);
  if (error instanceof AppError) return ofApp(error);
  return { status: 500, code: 'server_error', message: 'Something went wrong on this server.' };
}

function ofModel(error: ModelError): Told {
  const params = error.params as { reason?: string } | undefined;
  const isFiltered = error.code === 'model_refused' && params?.reason !== 'question';
  const { status = 500, code = error.code, shouldRetry } = (isFiltered ? FILTERED : ROWS[error.code]) ?? {};
  return {
    status,
    code,
    message: error.message,
    ...(error.retryAfterMs !== undefined && { retryAfterSeconds: Math.ceil(error.retryAfterMs / 1000) }),
    ...(shouldRetry === false && { shouldRetry }),
  };
}

function ofApp({ code: ours, status: given, detail, errors, retryAfterSeconds }: AppError): Told {
  const { status = given, code = ours, shouldRetry } = ROWS[ours] ?? {};
  const field = errors?.[0];
  return {
    status,
    code,
    message: field ? `${detail} ${field.path}: ${field.message}` : detail,
    ...(field && { path: field.path.split('.') }),
    ...(retryAfterSeconds !== undefined && { retryAfterSeconds }),
    ...(shouldRetry === false && { shouldRetry }),
  };
}
