import { Catch, Logger, type ArgumentsHost, type ExceptionFilter } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { AppError } from '../../libs/errors/index.js';
import { ModelError } from '../../libs/models/index.js';
import { toProblem } from './problem.js';
import { programTold, refuseProgram } from './program-refusal.js';
import { isOfPrograms } from './route.js';

const log = new Logger('Http');

/** A client that went away in the middle is nobody's fault. */
function isDisconnect(error: unknown): boolean {
  const code = (error as { code?: unknown } | null)?.code;
  return code === 'ECONNRESET' || code === 'EPIPE' || code === 'ERR_STREAM_PREMATURE_CLOSE';
}

function note(error: unknown, status: number, request: FastifyRequest): void {
  if (isDisconnect(error)) return;
  const where = `${request.method} ${request.routeOptions?.url ?? '(no route)'} ${request.id}`;
  if (error instanceof ModelError) return log.warn(`${where}: ${error.code}: ${error.message}`);
  if (!(error instanceof AppError)) {
    if (status >= 500) log.error(`${where} failed`, error instanceof Error ? error.stack : String(error));
    return;
  }
  if (error.cause !== undefined) log.warn(`${where}: ${error.code}: ${String(error.cause)}`);
}

/** Answers with the problem document; a program in its dialect's form. A reply that is sent, or in the hands of somebody else, is left alone. */
export function sendProblem(error: unknown, request: FastifyRequest, reply: FastifyReply): void {
  const { status, body, headers } = toProblem(error, request.id);
  const told = isOfPrograms(request) ? programTold(error) : undefined;
  note(error, told?.status ?? status, request);
  if (reply.sent || reply.raw.headersSent) return;
  if (told) return refuseProgram(request, reply, told);
  // As bytes: to a text Fastify adds a charset, which this type does not have.
  void reply
    .code(status)
    .headers(headers)
    .send(Buffer.from(JSON.stringify(body)));
}

/** Every error of an HTTP call, also Fastify's own and the 404 of an unknown path: Nest hands both to its filters. */
@Catch()
export class ProblemFilter implements ExceptionFilter {
  catch(error: unknown, host: ArgumentsHost): void {
    if (host.getType() !== 'http') {
      log.error('an event failed', error instanceof Error ? error.stack : String(error));
      return;
    }
    const http = host.switchToHttp();
    sendProblem(error, http.getRequest<FastifyRequest>(), http.getResponse<FastifyReply>());
  }
}
