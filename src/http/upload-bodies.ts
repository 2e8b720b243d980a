import type { FastifyInstance } from 'fastify';
import { AppError } from '../../libs/errors/index.js';
import { bringsBody } from './body.js';
import { refusalByStatus } from './problem.js';
import { routeOf } from './route.js';
import { refuseOnSocket } from './socket-refusals.js';

/** Longest time for a body to arrive that is no upload, ms. */
const BODY_MS = 120_000;

/** Uploads may be as long as they are, and take their time: what holds for every other body does not hold for them. */
export function keepUploadsApart(fastify: FastifyInstance): void {
  fastify.addHook('preParsing', (request, _reply, payload, done) => {
    if (request.is404 || routeOf(request).upload || !bringsBody(request)) return done(null, payload);
    if (/^multipart\/form-data\b/i.test(request.headers['content-type'] ?? '')) {
      const detail = 'The body must be JSON, with Content-Type: application/json.';
      return done(new AppError('unsupported_media_type', 415, detail));
    }
    const { raw } = request;
    const late = () => refuseOnSocket(raw.socket, refusalByStatus(408), 'Request Timeout');
    const timer = setTimeout(late, BODY_MS).unref();
    raw.once('end', () => clearTimeout(timer)).once('close', () => clearTimeout(timer));
    done(null, payload);
  });
}
