import type { FastifyInstance } from 'fastify';
import type { Config } from '../../config/config.js';
import { isApiRoute, routeOf } from '../../http/route.js';
import type { RateLimits } from '../../rate-limit/rate-limits.service.js';
import { unauthenticated } from './unauthenticated.js';
import type { Authenticator } from '../accounts/authenticator.service.js';

/** Whose body took longer than this may have been signed out meanwhile. */
const SLOW_BODY_MS = 1000;

/**
 * Sets `request.auth` on every route under /api where the Bearer token is good; the AuthGuard decides who needs one.
 * Calls with a large body, which are asks, are refused right here: Nest's guards run after a body was read, and nobody
 * without a session may send us a long one. Such asks count as `message-ip`; with MESSAGE_IP_SCOPE=all everybody's do.
 */
export function registerAuthHook(
  fastify: FastifyInstance,
  authenticator: Authenticator,
  rateLimits: RateLimits,
  config: Config,
): void {
  fastify.addHook('onRequest', async (request, reply) => {
    if (!isApiRoute(request)) return;
    request.auth = await authenticator.authenticate(request.headers.authorization);
    if (!routeOf(request).largeBody) return;
    if (!request.auth || config.MESSAGE_IP_SCOPE === 'all') await rateLimits.consume('message-ip', request.ip, reply);
    if (!request.auth) throw unauthenticated(reply);
  });
  fastify.addHook('preHandler', async (request, reply) => {
    if (!request.auth || reply.elapsedTime < SLOW_BODY_MS) return;
    request.auth = await authenticator.authenticate(request.headers.authorization);
  });
}
