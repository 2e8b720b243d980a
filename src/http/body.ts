import type { FastifyInstance, FastifyRequest } from 'fastify';
import { validationFailed } from './validation.pipe.js';

type Done = (error: Error | null, body?: unknown) => void;

/**
 * Reads JSON bodies. None at all is `undefined`, whatever its Content-Type: calls without a body are often sent so, and
 * the others name what is missing. `__proto__` and `constructor.prototype` are refused like broken JSON.
 */
export function readJson(fastify: FastifyInstance) {
  const parse = fastify.getDefaultJsonParser('error', 'error') as (
    request: FastifyRequest,
    body: string,
    done: Done,
  ) => void;
  return (request: FastifyRequest, body: string | Buffer, done: Done): void => {
    if (body.length === 0) return done(null, undefined);
    parse(request, body as string, (error, value) => {
      if (error) done(validationFailed([{ path: 'body', message: 'is not valid JSON' }]));
      else done(null, value);
    });
  };
}
