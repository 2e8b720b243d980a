import type { IncomingMessage } from 'node:http';
import { BlockList, isIP } from 'node:net';

/** Whether the `hop`-th address, counted from our socket (0), is a proxy that is believed. */
export type TrustProxy = (address: string, hop: number) => boolean;

const NAMES: Record<string, string[]> = {
  loopback: ['127.0.0.0/8', '::1'],
  linklocal: ['169.254.0.0/16', 'fe80::/10'],
  uniquelocal: ['10.0.0.0/8', '172.16.0.0/12', '192.168.0.0/16', 'fc00::/7'],
};

function family(address: string): 'ipv4' | 'ipv6' {
  return isIP(address) === 6 ? 'ipv6' : 'ipv4';
}

function networks(list: string): BlockList {
  const trusted = new BlockList();
  const parts = list.split(',').map((part) => part.trim());
  for (const part of parts.flatMap((name) => NAMES[name] ?? [name])) {
    if (part === '') continue;
    const [address, bits, more] = part.split('/');
    const good = isIP(address) && more === undefined && (bits === undefined || /^\d{1,3}$/.test(bits));
    if (!good) throw new Error(`TRUST_PROXY: ${part} is neither an address, a network, nor a number of hops`);
    if (bits === undefined) trusted.addAddress(address, family(address));
    else trusted.addSubnet(address, Number(bits), family(address));
  }
  return trusted;
}

/**
 * TRUST_PROXY as a rule: a number of hops, or addresses, networks (CIDR) and the names `loopback`, `linklocal`,
 * `uniquelocal`, with commas. Unset: nobody is believed. Throws where it can't be read.
 */
export function trustProxy(value: string | undefined): TrustProxy {
  const text = value?.trim() ?? '';
  if (/^\d+$/.test(text)) return (_address, hop) => hop < Number(text);
  const trusted = networks(text);
  return (address) => isIP(address) !== 0 && trusted.check(address, family(address));
}

/** The client's address as Fastify's `request.ip` finds it, for requests that do not pass through Fastify. */
export function clientAddress(request: IncomingMessage, trust: TrustProxy): string {
  const forwarded = String(request.headers['x-forwarded-for'] ?? '');
  const hops = forwarded
    .split(',')
    .map((part) => part.trim())
    .filter(Boolean)
    .reverse();
  let address = request.socket.remoteAddress ?? '';
  for (let hop = 0; hop < hops.length && trust(address, hop); hop++) address = hops[hop];
  return address;
}
