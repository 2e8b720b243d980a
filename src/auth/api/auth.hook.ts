import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { Config } from '../../config/config.js';
import type { RequestAuth } from '../../http/request-auth.js';
import { isApiRoute, routeOf } from '../../http/route.js';
import type { RateLimits } from '../../rate-limit/rate-limits.service.js';
import type { Authenticator } from '../accounts/authenticator.service.js';
import type { KeyAuthentication } from '../accounts/key-authentication.service.js';
import { requireScope } from '../accounts/key-rights.js';
import { presentedKey } from './presented-key.js';
import { challenged, unauthenticated } from './unauthenticated.js';

/** Whose body took longer than this may have been signed out meanwhile. */
const SLOW_BODY_MS = 1000;

/**
 * Sets `request.auth` on every route under /api where the Bearer token is good, or the key is and the route is one that it
 * is for; the AuthGuard decides who needs one. Routes for programs take keys alone, and are refused right here without one.
 * So are calls with a large body, which are asks: Nest's guards run after a body was read, and nobody without a session may
 * send us a long one. Such asks count as `message-ip`; with MESSAGE_IP_SCOPE=all everybody's do.
 */
export function registerAuthHook(
  fastify: FastifyInstance,
  { authenticator, keys }: { authenticator: Authenticator; keys: KeyAuthentication },
  rateLimits: RateLimits,
  config: Config,
): void {
  const authenticate = async (request: FastifyRequest, reply: FastifyReply): Promise<RequestAuth | undefined> => {
    const { keyScope = 'api', keysOnly } = routeOf(request);
    const presented = presentedKey(request.headers);
    if (!presented) return keysOnly ? undefined : authenticator.authenticate(request.headers.authorization);
    if (presented === 'different') throw challenged(reply, keys.refusal('keys_differ'));
    const client = { address: request.ip, reply };
    const auth = await keys.authenticate(presented.secret, client).catch((error: unknown) => {
      throw challenged(reply, error);
    });
    requireScope(auth.key!, keyScope);
    return auth;
  };
  fastify.addHook('onRequest', async (request, reply) => {
    const { largeBody, keysOnly } = routeOf(request);
    if (!isApiRoute(request) && !keysOnly) return;
    request.auth = await authenticate(request, reply);
    if (keysOnly && !request.auth) throw unauthenticated(reply);
    if (!largeBody || keysOnly) return;
    if (!request.auth || config.MESSAGE_IP_SCOPE === 'all') await rateLimits.consume('message-ip', request.ip, reply);
    if (!request.auth) throw unauthenticated(reply);
  });
  fastify.addHook('preHandler', async (request, reply) => {
    if (!request.auth || reply.elapsedTime < SLOW_BODY_MS) return;
    request.auth = await authenticate(request, reply);
  });
}
