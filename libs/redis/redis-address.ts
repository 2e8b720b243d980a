/** One server to connect to. */
export interface RedisNode {
  host: string;
  port: number;
}

interface Access {
  username?: string;
  password?: string;
  tls: boolean;
}

/** Where Redis is. In a cluster and among sentinels, `nodes` are those to ask for the others. */
export type RedisAddress = Access & { nodes: RedisNode[]; db: number } & (
    | { kind: 'single' | 'cluster' }
    | { kind: 'sentinel'; masterName: string; sentinelUsername?: string; sentinelPassword?: string }
  );

const FORMS =
  'redis://host:6379, rediss://host:6379, redis+sentinel://host1:26379,host2:26379/masterName or, for a cluster, ' +
  'redis://host1:6379,redis://host2:6379';
const REDIS_PORT = 6379;
const SENTINEL_PORT = 26379;

/**
 * Reads one address:
 * - `redis://[user:pass@]host[:port][/db]`, `rediss://…` for TLS;
 * - `redis+sentinel://[user:pass@]host1[:port],host2[:port]/masterName[/db]` (`rediss+sentinel://`: TLS to both). User and
 *   password are the data servers'; the sentinels' own ones are `?sentinelUsername=…&sentinelPassword=…`;
 * - a comma list is a cluster: `redis://[user:pass@]host1:port,host2:port` (each may repeat the scheme; a cluster that is
 *   known by one name is `redis://host:port,`). A cluster has no other database than 0.
 *
 * User and password are percent-encoded where they hold special characters. Throws where it can't be read; the message
 * shows nothing of the address, which may hold a password.
 */
export function parseRedisAddress(text: string): RedisAddress {
  const [, secure, sentinel, rest] = /^redis(s?)(\+sentinel)?:\/\/(.+)$/s.exec(text.trim()) ?? [];
  if (!rest) throw wrong('must look like one of these');
  const tls = secure === 's';
  if (sentinel) return sentinels(rest, tls);
  if (!rest.includes(',')) {
    const { node, path, ...access } = server(rest, REDIS_PORT);
    return { kind: 'single', nodes: [node], db: database(path), tls, ...access };
  }
  return cluster(rest, tls);
}

/** `host:port` of each node, for a log. */
export function describeAddress({ nodes, ...address }: RedisAddress): string {
  const list = nodes.map(({ host, port }) => `${host.includes(':') ? `[${host}]` : host}:${port}`).join(', ');
  return address.kind === 'sentinel' ? `${address.masterName} through the sentinels ${list}` : list;
}

function sentinels(rest: string, tls: boolean): RedisAddress {
  const [, user = '', hosts, path, query = ''] = /^(.*@)?([^/?]+)\/?([^?]*)(\?.*)?$/s.exec(rest) ?? [];
  if (!hosts) throw wrong('names no sentinel');
  const [masterName, db = '', ...more] = path.split('/');
  if (!masterName || more.length > 0) throw wrong('must name the master after the sentinels');
  const found = hosts
    .split(',')
    .filter(Boolean)
    .map((host) => server(user + host, SENTINEL_PORT));
  const { username, password } = found[0];
  const own = new URLSearchParams(query);
  return {
    kind: 'sentinel',
    nodes: found.map(({ node }) => node),
    masterName: decoded(masterName),
    db: database(db),
    tls,
    username,
    password,
    sentinelUsername: own.get('sentinelUsername') ?? undefined,
    sentinelPassword: own.get('sentinelPassword') ?? undefined,
  };
}

function cluster(rest: string, tls: boolean): RedisAddress {
  const parts = rest.split(',').filter((part) => part.trim() !== '');
  const found = parts.map((part) => server(part.trim().replace(/^rediss?:\/\//, ''), REDIS_PORT));
  if (found.some(({ path }) => database(path) !== 0)) throw wrong('names a database, but a cluster has only number 0');
  const { username, password } = found.find((one) => one.password !== undefined) ?? found[0];
  return { kind: 'cluster', nodes: found.map(({ node }) => node), db: 0, tls, username, password };
}

function server(text: string, defaultPort: number) {
  let url: URL;
  try {
    url = new URL(`redis://${text}`);
  } catch {
    throw wrong('must look like one of these');
  }
  if (!url.hostname) throw wrong('names no host');
  return {
    node: {
      host: decoded(url.hostname).replace(/^\[|\]$/g, ''),
      port: url.port === '' ? defaultPort : Number(url.port),
    },
    path: url.pathname.slice(1),
    username: url.username ? decoded(url.username) : undefined,
    password: url.password ? decoded(url.password) : undefined,
  };
}

function database(path: string): number {
  if (!/^\d{0,4}$/.test(path)) throw wrong('must end with the number of a database, or without');
  return Number(path);
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    throw wrong('holds a % that encodes nothing (write %25)');
  }
}

function wrong(what: string): Error {
  return new Error(`The address of Redis ${what}. It may be: ${FORMS}`);
}
