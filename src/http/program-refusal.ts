import type { FastifyReply, FastifyRequest } from 'fastify';
import { type Dialect, DialectError, errorBody, type Told, toldOf } from '../../libs/dialects/index.js';
import { ModelError } from '../../libs/models/index.js';
import { toAppError } from './problem.js';

/** Seconds to wait where whoever refused gave none: these statuses always carry a Retry-After. */
const RETRY_AFTER: Record<number, number> = { 429: 1, 503: 2 };

/** In which form a program is told of errors: that of the call; of what all have, that of the client. */
export function dialectOf({ routeOptions, url, headers }: FastifyRequest): Dialect {
  const path = routeOptions?.url?.startsWith('/v1/') ? routeOptions.url : url;
  if (/^\/v1\/messages(\/|\?|$)/.test(path)) return 'messages';
  if (/^\/v1\/responses(\/|\?|$)/.test(path)) return 'responses';
  const isCommon = !/^\/v1\/(chat|embeddings)(\/|$)/.test(path);
  return isCommon && headers['anthropic-version'] !== undefined ? 'messages' : 'chat';
}

/** What a program is told of what lies between this server and its provider: its operator knows the rest from the log. */
const NOT_SET_UP = 'This server can’t use that model as it is set up. Whoever runs it finds the reason in its log.';

/** What a program is told of any error; nothing of an unknown one's text is taken over. */
export function programTold(error: unknown): Told {
  if (error instanceof ModelError && error.code === 'model_misconfigured') {
    return { ...toldOf(error), message: NOT_SET_UP };
  }
  return toldOf(error instanceof DialectError || error instanceof ModelError ? error : toAppError(error));
}

/** Refuses in the dialect's form; `body`: another one of that form, as a provider's own. */
export function refuseProgram(request: FastifyRequest, reply: FastifyReply, told: Told, body?: object): void {
  const wait = told.retryAfterSeconds ?? RETRY_AFTER[told.status];
  if (wait !== undefined) void reply.header('retry-after', String(Math.ceil(wait)));
  if (told.shouldRetry === false) void reply.header('x-should-retry', 'false');
  void reply
    .code(told.status)
    .header('request-id', request.id)
    .type('application/json; charset=utf-8')
    .send(JSON.stringify(body ?? errorBody(dialectOf(request), told, request.id)));
}
