import type { FastifyRequest } from 'fastify';
import type { Config } from '../config/config.js';
import { trustProxy } from './trust-proxy.js';

/**
 * Whether a request's person is at https, as far as proxies that are believed tell. Each may add what it was called by, so
 * of several the first counts: it is the outermost.
 */
export function isHttps(request: FastifyRequest, { TRUST_PROXY }: Pick<Config, 'TRUST_PROXY'>): boolean {
  if (TRUST_PROXY === undefined) return request.protocol === 'https';
  const isBelieved = trustProxy(TRUST_PROXY)(request.socket.remoteAddress ?? '', 0);
  const told = String(request.headers['x-forwarded-proto'] ?? '')
    .split(',')[0]
    .trim();
  return (isBelieved && told ? told.toLowerCase() : request.protocol) === 'https';
}
