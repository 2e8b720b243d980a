import { anthropicPath, type Dialect, openAiPath } from './dialect-error.js';
import type { Told } from './told.js';

export interface OpenAiErrorBody {
  error: { message: string; type: string; param: string | null; code: string | null };
}

export interface AnthropicErrorBody {
  type: 'error';
  error: { type: string; message: string; details: { error_code: string } };
  request_id: string | null;
}

/** The body of a refusal in the dialect's form. Both official clients read `requestId` from a header, too. */
export function errorBody(
  dialect: Dialect,
  told: Told,
  requestId: string | null = null,
): OpenAiErrorBody | AnthropicErrorBody {
  return dialect === 'messages' ? anthropicError(told, requestId) : openAiError(told);
}

export function openAiError({ status, code, message, path }: Told): OpenAiErrorBody {
  return { error: { message, type: openAiType(status), param: path?.length ? openAiPath(path) : null, code } };
}

/** Anthropic names a field in the words of its message, and no code beside the type but in `details`. */
export function anthropicError({ status, code, message, path }: Told, requestId: string | null): AnthropicErrorBody {
  const words = path?.length ? `${anthropicPath(path)}: ${message}` : message;
  return {
    type: 'error',
    error: { type: anthropicType(status), message: words, details: { error_code: code } },
    request_id: requestId,
  };
}

function openAiType(status: number): string {
  if (status === 403) return 'permission_error';
  if (status === 429) return 'rate_limit_error';
  return status >= 500 ? 'server_error' : 'invalid_request_error';
}

const ANTHROPIC_TYPES: Record<number, string> = {
  401: 'authentication_error',
  402: 'billing_error',
  403: 'permission_error',
  404: 'not_found_error',
  409: 'conflict_error',
  413: 'request_too_large',
  429: 'rate_limit_error',
  503: 'overloaded_error',
  504: 'timeout_error',
  529: 'overloaded_error',
};

function anthropicType(status: number): string {
  return ANTHROPIC_TYPES[status] ?? (status >= 500 ? 'api_error' : 'invalid_request_error');
}
