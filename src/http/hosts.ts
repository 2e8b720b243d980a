import type { IncomingHttpHeaders } from 'node:http';
import { isIP } from 'node:net';
import { hostname, networkInterfaces } from 'node:os';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { AppError } from '../../libs/errors/index.js';
import type { Config } from '../config/config.js';
import { routeOf } from './route.js';

type Settings = Pick<Config, 'HOST' | 'TRUST_PROXY' | 'PUBLIC_URL' | 'ALLOWED_HOSTS'>;

/** RFC 9110 §7.2: a name or an address, and perhaps a port. */
const HOST = /^(\[[\da-f:.]+\]|[^\s:/?#@[\]]+)(?::(\d{1,5}))?$/i;

/** Name and port of a `Host` header, in lower case, without brackets or the root's dot; the name is empty where there is none. */
export function parseHost(host: string | undefined): { name: string; port: string } {
  const [, name = '', port = ''] = HOST.exec(host ?? '') ?? [];
  return { name: name.toLowerCase().replace(/^\[|\]$|\.$/g, ''), port };
}

/** Whether only this machine can connect to what listens there. */
export function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '::1' || /^127\.\d{1,3}\.\d{1,3}\.\d{1,3}$/.test(host);
}

/** `localhost` and what is below it (RFC 6761 §6.3), this machine's own name, and its addresses at this moment. */
export function isThisMachine(name: string): boolean {
  if (isLoopback(name) || name.endsWith('.localhost')) return true;
  if (isIP(name) === 0) return name === hostname().toLowerCase();
  return Object.values(networkInterfaces()).some((addresses) => addresses?.some(({ address }) => address === name));
}

/**
 * Whether a request's `Host` is one of ours. A page of somebody else whose name was made to point here (DNS rebinding)
 * is of our origin to a browser, but the name stays its own.
 *
 * This machine's names always are. Besides: ALLOWED_HOSTS (`*`: any), and PUBLIC_URL's. Where neither is set any is,
 * unless only this machine can connect and no proxy was named.
 */
export function allowedHosts(config: Settings): (host: string | undefined) => boolean {
  const names = new Set(config.ALLOWED_HOSTS);
  if (config.PUBLIC_URL) names.add(parseHost(new URL(config.PUBLIC_URL).host).name);
  const isAny = names.size === 0 && (!isLoopback(config.HOST) || config.TRUST_PROXY !== undefined);
  if (isAny || names.has('*')) return () => true;
  return (host) => {
    const { name } = parseHost(host);
    return name !== '' && (names.has(name) || isThisMachine(name));
  };
}

/** The refusal of a name that is not ours (RFC 9110 §15.5.20). */
export function foreignHost(): AppError {
  const detail = 'Nothing is served under this name. Whoever runs the server sets PUBLIC_URL or ALLOWED_HOSTS.';
  return new AppError('host_not_allowed', 421, detail);
}

/** Every call but probes, scrapes and files of the page: 421 `host_not_allowed`. Sockets do not come along here. */
export function refuseForeignHosts(fastify: FastifyInstance, config: Settings): void {
  const isAllowed = allowedHosts(config);
  fastify.addHook('onRequest', (request, _reply, done) => {
    done(routeOf(request).anyHost || isAllowed(hostOf(request.headers)) ? undefined : foreignHost());
  });
}

/** As the connection told it, whatever a proxy says besides. */
export function hostOf(headers: IncomingHttpHeaders): string | undefined {
  return headers.host ?? (headers[':authority'] as string | undefined);
}

/** What proxies, tunnels and load balancers add. */
const FORWARDED =
  /^(forwarded|via|cdn-loop|x-forwarded-.*|x-original-.*|x-envoy-.*|x-amzn-.*|x-azure-.*|cf-.*|fastly-.*|fly-.*|(x-|true-|x-cluster-)?(real|client)-ip)$/;

/**
 * Whether a request seems to come straight from this machine: under its own name, from a page of its own if from any,
 * and with no sign of a proxy in between. HTTP/1.0 is one: nginx speaks it where it was told nothing else, and adds no
 * header then.
 */
export function isDirect({ headers, raw }: FastifyRequest): boolean {
  if (raw.httpVersion === '1.0' || !isThisMachine(parseHost(hostOf(headers)).name)) return false;
  if (Object.keys(headers).some((name) => FORWARDED.test(name))) return false;
  return headers.origin === undefined || isOfThisMachine(headers.origin);
}

function isOfThisMachine(origin: string): boolean {
  return URL.canParse(origin) && isThisMachine(parseHost(new URL(origin).host).name);
}
