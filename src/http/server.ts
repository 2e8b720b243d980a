import compress from '@fastify/compress';
import cookie from '@fastify/cookie';
import cors from '@fastify/cors';
import multipart from '@fastify/multipart';
import { FastifyAdapter } from '@nestjs/platform-fastify';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { newId } from '../../libs/ids/index.js';
import type { Config } from '../config/config.js';
import { BODY_LIMIT, readJson, refuseCompressed } from './body.js';
import { boundMemory } from './bounded-memory.js';
import { lingerAfterRefusals } from './linger.js';
import { sendProblem } from './problem.filter.js';
import { isOfPrograms, isUnderApi, obeyRoutes, routeOf } from './route.js';
import { SECURITY_HEADERS } from './security-headers.js';
import { refuseMalformed } from './socket-refusals.js';
import { trustProxy } from './trust-proxy.js';
import { refuseForeignHosts } from './hosts.js';
import { keepUploadsApart } from './upload-bodies.js';

/** Longer than a load balancer keeps its own side open, so that it never sends into a connection that we just closed. */
const KEEP_ALIVE_MS = 65_000;
const HEADERS_MS = 66_000;
/** Longest time for an upload to arrive, which may be large; every other body has less, and answers as long as they need. */
const REQUEST_MS = 3_600_000;
/** A connection on which nothing moves for so long, while something should be sent or received, is dropped. */
const IDLE_MS = 180_000;

/** Where `draining` is read at the moment of use. */
export interface Draining {
  readonly draining: boolean;
}

/** The server, not listening yet. Throws where TRUST_PROXY can't be read. */
export function createAdapter(config: Config): FastifyAdapter {
  const trusted = trustProxy(config.TRUST_PROXY);
  return new FastifyAdapter({
    logger: false,
    genReqId: () => newId(),
    requestIdHeader: false,
    trustProxy: config.TRUST_PROXY ? trusted : false,
    bodyLimit: BODY_LIMIT,
    keepAliveTimeout: KEEP_ALIVE_MS,
    requestTimeout: REQUEST_MS,
    connectionTimeout: IDLE_MS,
    http: { headersTimeout: HEADERS_MS, keepAliveTimeout: KEEP_ALIVE_MS, requestTimeout: REQUEST_MS },
    forceCloseConnections: 'idle',
    return503OnClosing: false,
    onProtoPoisoning: 'error',
    onConstructorPoisoning: 'error',
    routerOptions: { maxParamLength: 4096 },
    clientErrorHandler: refuseMalformed,
    frameworkErrors: (error: unknown, request: FastifyRequest, reply: FastifyReply) => {
      void reply.headers({ ...SECURITY_HEADERS, 'x-request-id': request.id });
      sendProblem(error, request, reply);
    },
    // The product has no Nest middleware.
    skipMiddie: true,
  });
}

function setHeaders(fastify: FastifyInstance, lifecycle: Draining): void {
  fastify.addHook('onRequest', (request, reply, done) => {
    void reply.headers(routeOf(request).securityHeaders ?? SECURITY_HEADERS).header('x-request-id', request.id);
    // What people wrote stays in no cache; a stream says so in its own words.
    if (isUnderApi(request) || isOfPrograms(request)) void reply.header('cache-control', 'no-store');
    if (lifecycle.draining) void reply.header('connection', 'close');
    done();
  });
  // The process may have begun to drain while the request was being served.
  fastify.addHook('onSend', (_request, reply, _payload, done) => {
    if (lifecycle.draining) void reply.header('connection', 'close');
    done();
  });
}

/**
 * Everything that all requests share, in the order in which it runs: headers, our names, CORS, cookies, compression. To be called
 * before any route is added; the hook that authenticates comes after it.
 */
export async function prepareServer(fastify: FastifyInstance, config: Config, lifecycle: Draining): Promise<void> {
  fastify.removeAllContentTypeParsers();
  fastify.addContentTypeParser('application/json', { parseAs: 'buffer' }, readJson(fastify));
  obeyRoutes(fastify, config);
  setHeaders(fastify, lifecycle);
  refuseForeignHosts(fastify, config);
  lingerAfterRefusals(fastify);
  refuseCompressed(fastify);
  keepUploadsApart(fastify);
  boundMemory(fastify, config);
  if (config.CORS_ORIGINS.length > 0) {
    await fastify.register(cors, {
      origin: config.CORS_ORIGINS,
      credentials: true,
      methods: ['GET', 'POST', 'PATCH', 'DELETE'],
      exposedHeaders: ['RateLimit', 'RateLimit-Policy', 'Retry-After', 'X-Request-Id', 'Location'],
      maxAge: 600,
    });
  }
  await fastify.register(cookie);
  await fastify.register(multipart);
  await fastify.register(compress, { encodings: ['br', 'gzip'], threshold: 1024, globalDecompression: false });
}
