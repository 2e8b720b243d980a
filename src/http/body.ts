import { isUtf8 } from 'node:buffer';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { AppError, type FieldProblem } from '../../libs/errors/index.js';
import type { Config } from '../config/config.js';
import { PROGRAM_SHAPE, USUAL_SHAPE, wrongShape } from './json-shape.js';
import { validationFailed } from './validation.pipe.js';

type Done = (error: Error | null, body?: unknown) => void;

/** Largest body, in bytes, of every call but a question. */
export const BODY_LIMIT = 65_536;
/** What a character of a message takes at most in JSON: `\u4e2d`. */
const BYTES_PER_CHAR = 6;

/** Largest body of a question, in bytes: what the longest message takes, and as much beside it as any other call. */
export function askBodyLimit({
  REQUEST_BODY_LIMIT,
  MESSAGE_MAX_CHARS,
}: Pick<Config, 'REQUEST_BODY_LIMIT' | 'MESSAGE_MAX_CHARS'>): number {
  return Math.min(REQUEST_BODY_LIMIT, BYTES_PER_CHAR * MESSAGE_MAX_CHARS + BODY_LIMIT);
}

/** Whether a request says that it brings a body. */
export function bringsBody({ headers }: FastifyRequest): boolean {
  return headers['transfer-encoding'] !== undefined || Number(headers['content-length'] ?? 0) > 0;
}

/**
 * Reads JSON bodies. None at all is `undefined`, whatever its Content-Type: calls without a body are often sent so, and
 * the others name what is missing. What is not UTF-8 (RFC 8259 §8.1) is refused rather than mended, and what holds far
 * too much before it is parsed. `__proto__` and `constructor.prototype` are refused like broken JSON.
 */
export function readJson(fastify: FastifyInstance) {
  const parse = fastify.getDefaultJsonParser('error', 'error') as (
    request: FastifyRequest,
    body: string,
    done: Done,
  ) => void;
  return (request: FastifyRequest, body: string | Buffer, done: Done): void => {
    const refuse = (wrong: FieldProblem & { message: string }) => done(validationFailed([{ path: 'body', ...wrong }]));
    const bytes = body as Buffer;
    if (bytes.length === 0) return done(null, undefined);
    if (!isUtf8(bytes)) return refuse({ message: 'is not UTF-8', code: 'bad_format', params: { format: 'utf8' } });
    const wrong = wrongShape(bytes, request.routeOptions.config?.programBody ? PROGRAM_SHAPE : USUAL_SHAPE);
    if (wrong) return refuse(wrong);
    parse(request, bytes.toString(), (error, value) => {
      if (error) refuse({ message: 'is not valid JSON', code: 'bad_format', params: { format: 'json' } });
      else done(null, value);
    });
  };
}

/** Compressed bodies are refused before they are read, and the client is told what it may send (RFC 9110 §15.5.16). */
export function refuseCompressed(fastify: FastifyInstance): void {
  fastify.addHook('preParsing', (request, reply, payload, done) => {
    const encoding = request.headers['content-encoding']?.trim().toLowerCase() ?? '';
    if (request.is404 || !bringsBody(request) || ['', 'identity'].includes(encoding)) return done(null, payload);
    void reply.header('accept-encoding', 'identity');
    const detail = 'The body must not be compressed: send it without Content-Encoding.';
    done(new AppError('unsupported_media_type', 415, detail));
  });
}
