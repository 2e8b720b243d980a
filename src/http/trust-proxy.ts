import type { IncomingMessage } from 'node:http';
import { isIPv6 } from 'node:net';
import proxyAddr from '@fastify/proxy-addr';

/** Whether the `hop`-th address, counted from our socket (0), is a proxy that is believed. */
export type TrustProxy = (address: string, hop: number) => boolean;

/** The package refuses a network of everybody, which an operator may mean: here it is two halves. */
const EVERY_IPV4 = ['0.0.0.0/1', '128.0.0.0/1'];
const EVERYBODY = [...EVERY_IPV4, '::/1', '8000::/1'];

function networks(part: string): string[] {
  const [address, bits] = part.split('/');
  if (!/^0+$/.test(bits ?? '')) return [part];
  return isIPv6(address) ? EVERYBODY : EVERY_IPV4;
}

/**
 * TRUST_PROXY as a rule: a number of hops, or addresses, networks (CIDR) and the names `loopback`, `linklocal`,
 * `uniquelocal`, with commas. Unset: nobody is believed. Throws where it can't be read.
 */
export function trustProxy(value: string | undefined): TrustProxy {
  const text = value?.trim() ?? '';
  if (text === '') return () => false;
  if (/^\d+$/.test(text)) return (_address, hop) => hop < Number(text);
  return proxyAddr.compile(text.split(',').flatMap((part) => networks(part.trim())));
}

/** The client's address as Fastify's `request.ip` finds it, for requests that do not pass through Fastify. */
export function clientAddress(request: IncomingMessage, trust: TrustProxy): string {
  // Of a socket that is gone there is none.
  return proxyAddr(request, trust) ?? '';
}
