import { BlockList, isIP } from 'node:net';

/** A host as `URL.hostname` gives it: IPv6 stands in brackets there. */
const plain = (host: string) => host.replace(/^\[(.*)\]$/, '$1').toLowerCase();

const family = (address: string) => (isIP(address) === 6 ? 'ipv6' : 'ipv4');

function holdsAddress(network: string, address: string): boolean {
  const [base, prefix] = network.split('/');
  const bits = Number(prefix);
  if (!isIP(base) || !isIP(address) || !/^\d+$/.test(prefix) || bits > (isIP(base) === 6 ? 128 : 32)) return false;
  const list = new BlockList();
  list.addSubnet(base, bits, family(base));
  return list.check(address, family(address));
}

/** `host`, `host:port`, `[::1]:port`: the port stands behind the only colon, or behind a bracket. */
function split(entry: string): { host: string; port?: string } {
  const [, host, port] = /^(\[[^\]]*\]|[^:]*):(\d+)$/.exec(entry) ?? [];
  return host === undefined ? { host: entry } : { host, port };
}

/**
 * Whether what NO_PROXY says names this address. There is no standard; taken is what curl, Go and Python agree on: names
 * match themselves and what is below them, with or without a dot before, or `*.`; `*` is everything; an address matches
 * itself, a network (`10.0.0.0/8`) the addresses in it. Names are not resolved. A port behind an entry narrows it.
 */
export function isWithoutProxy(url: URL, noProxy = ''): boolean {
  const host = plain(url.hostname);
  const port = url.port || (url.protocol === 'https:' ? '443' : '80');
  return noProxy.split(/[\s,]+/).some((entry) => {
    if (entry === '') return false;
    if (entry === '*') return true;
    if (entry.includes('/')) return holdsAddress(entry, host);
    const named = split(entry.toLowerCase());
    if (named.port !== undefined && named.port !== port) return false;
    const name = plain(named.host).replace(/^\*?\./, '');
    return host === name || (!isIP(host) && host.endsWith(`.${name}`));
  });
}
