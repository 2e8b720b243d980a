import { readFileSync } from 'node:fs';
import type { ConnectionOptions } from 'node:tls';
import { Cluster, Redis, type ClusterOptions, type RedisOptions } from 'ioredis';
import type { RedisAddress } from './redis-address.js';

export type RedisConnection = Redis | Cluster;

const MAX_BACKOFF_MS = 2000;

/** Waits before the next try, ms: doubles up to 2 s, a random half of it off, so that not all come back at once. */
export function backoff(attempt: number): number {
  const longest = Math.min(MAX_BACKOFF_MS, 50 * 2 ** Math.min(attempt, 10));
  return Math.round(longest * (0.5 + Math.random() / 2));
}

/** The certificate authority of the servers: its PEM, or the path of a file that holds it. */
export function readAuthority(ca: string | undefined): string | undefined {
  return ca === undefined || ca.includes('-----BEGIN') ? ca : readFileSync(ca, 'utf8');
}

/** Makes connections to one address, all with the same rules. */
export class Connections {
  private readonly tls: ConnectionOptions | undefined;

  constructor(
    readonly address: RedisAddress,
    private readonly timeoutMs: number,
    ca?: string,
  ) {
    this.tls = address.tls ? { ca: readAuthority(ca) } : undefined;
  }

  /** To the server, the present master, or the whole cluster. */
  open(name: string, more: RedisOptions = {}): RedisConnection {
    const { address } = this;
    return address.kind === 'cluster' ? this.openCluster(name, more) : new Redis({ ...this.options(name), ...more });
  }

  /**
   * A connection for subscriptions. In a cluster every node passes on what is published at any other
   * (https://redis.io/docs/latest/commands/publish/), so one node is enough: the next one of `nodes` at each try.
   */
  openSubscriber(name: string, nodes: () => Array<{ host: string; port: number }>): Redis {
    if (this.address.kind !== 'cluster') return new Redis({ ...this.options(name), autoResubscribe: false });
    let tries = Math.floor(Math.random() * this.address.nodes.length);
    const next = () => {
      const known = nodes();
      return known[tries++ % known.length];
    };
    const redis: Redis = new Redis({
      ...this.options(name),
      ...next(),
      autoResubscribe: false,
      retryStrategy: (attempt) => {
        Object.assign(redis.options, next());
        return backoff(attempt);
      },
    });
    return redis;
  }

  /** What every connection has in common; of `nodes`, the first. */
  private options(name: string): RedisOptions {
    const { address, tls, timeoutMs } = this;
    const common: RedisOptions = {
      username: address.username,
      password: address.password,
      db: address.db,
      connectionName: name,
      tls,
      connectTimeout: timeoutMs,
      commandTimeout: timeoutMs,
      // While the server is away a command fails at once: whether to wait and repeat is the caller's decision.
      enableOfflineQueue: false,
      maxRetriesPerRequest: 0,
      autoResendUnfulfilledCommands: false,
      retryStrategy: backoff,
      // A master that was demoted: look for the new one.
      reconnectOnError: (error) => error.message.includes('READONLY'),
      keepAlive: 10_000,
      disconnectTimeout: 100,
    };
    if (address.kind !== 'sentinel') return { ...common, ...address.nodes[0] };
    return {
      ...common,
      sentinels: address.nodes,
      name: address.masterName,
      sentinelUsername: address.sentinelUsername,
      sentinelPassword: address.sentinelPassword,
      sentinelTLS: tls,
      enableTLSForSentinelMode: tls !== undefined,
      sentinelCommandTimeout: timeoutMs,
      sentinelRetryStrategy: backoff,
    };
  }

  private openCluster(name: string, more: RedisOptions): Cluster {
    const { address, tls, timeoutMs } = this;
    const { offline, options } = forNodes(more);
    const clusterOptions: ClusterOptions = {
      enableOfflineQueue: offline,
      clusterRetryStrategy: backoff,
      slotsRefreshTimeout: timeoutMs,
      // Who serves what is looked up this often, and at each MOVED.
      slotsRefreshInterval: 5000,
      // A command whose connection broke may have been done: never again by itself.
      retryDelayOnFailover: 0,
      redisOptions: {
        username: address.username,
        password: address.password,
        connectionName: name,
        tls,
        connectTimeout: timeoutMs,
        commandTimeout: timeoutMs,
        maxRetriesPerRequest: 0,
        autoResendUnfulfilledCommands: false,
        keepAlive: 10_000,
        disconnectTimeout: 100,
        ...options,
      },
    };
    // Certificates are made for names: the nodes' names must not be looked up before connecting.
    if (tls) clusterOptions.dnsLookup = (host, callback) => callback(null, host);
    return new Cluster(address.nodes, clusterOptions);
  }
}

/** In a cluster these two belong to the whole, not to a node. */
function forNodes({ enableOfflineQueue = false, retryStrategy: _, ...options }: RedisOptions) {
  return { offline: enableOfflineQueue, options };
}
