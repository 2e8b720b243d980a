import { Cluster, type Redis, type RedisOptions } from 'ioredis';
import { retry, within } from '../async/index.js';
import { dependencyDown } from '../errors/index.js';
import { CommandTimes } from './command-times.js';
import { ConnectionWatch } from './connection-watch.js';
import { Connections, type RedisConnection } from './connections.js';
import { batchWrites } from './batched-writes.js';
import { describeAddress, parseRedisAddress } from './redis-address.js';
import { isOurMistake, withoutCommand } from './redis-errors.js';
import { OutageLog, type RedisLog } from './redis-log.js';
import { type RedisReport, reportOf } from './redis-report.js';
import { RedisScript } from './redis-script.js';
import { RedisSubscriber } from './redis-subscriber.js';

export interface RedisClientOptions {
  /** See `parseRedisAddress`. */
  uri: string;
  /** What all keys and channels begin with (default `parley`); without braces. */
  keyPrefix?: string;
  /** For `rediss://`: a certificate authority's PEM, or the path of the file. Default: those that Node trusts. */
  ca?: string;
  /** How long a command may take, and a connect, ms (default 2000). */
  timeoutMs?: number;
  /** How many listeners an event of a connection may have before Node warns of a leak (default 10; 0: any). */
  maxListeners?: number;
  log?: RedisLog;
  /** Is told how long some of the commands took. */
  commandTook?: (seconds: number) => void;
}

/** What another thread needs for a client of its own to the same server. */
export type RedisSettings = Pick<RedisClientOptions, 'uri' | 'keyPrefix' | 'ca' | 'timeoutMs'>;

/** In a cluster a bare PUBLISH goes to any node; one with a key always to the same, which keeps a sender's order. */
const PUBLISH = `return redis.call('PUBLISH', ARGV[1], ARGV[2])`;

/**
 * The connections of one process to Redis (6.2 or later; one server, sentinels or a cluster), shared by all adapters.
 *
 * - `commands` is for everything that neither blocks nor listens; `subscriber` listens, and is opened by its first use;
 *   `connection()` gives further ones, for whoever needs its own.
 * - They reconnect for ever. Meanwhile commands reject at once; no command takes longer than `timeoutMs` (in a cluster
 *   whose slots move, some more). A command that was under way when the connection broke rejects, and is never sent again
 *   by itself: it may have been done.
 * - Keys are made by `key` and `tagged`, never by the driver, whose prefix leaves channels out.
 * - The log hears of an outage once, however often the connections try.
 */
export class RedisClient {
  readonly commands: RedisConnection;
  private readonly connections: Connections;
  private readonly outages: OutageLog;
  private readonly watch: ConnectionWatch;
  private readonly open = new Set<RedisConnection>();
  private readonly times: CommandTimes;
  private readonly publishing: RedisScript<number>;
  readonly keyPrefix: string;
  private listening: RedisSubscriber | undefined;
  private closing: Promise<void> | undefined;

  /** Begins to connect, and waits for nothing. Throws where the address, the prefix or the CA file is no good. */
  constructor(private readonly options: RedisClientOptions) {
    this.keyPrefix = options.keyPrefix ?? 'parley';
    if (/[{}]/.test(this.keyPrefix))
      throw new Error('The key prefix for Redis must hold no braces: they choose slots.');
    const address = parseRedisAddress(options.uri);
    this.outages = new OutageLog(options.log, describeAddress(address));
    this.connections = new Connections(address, options.timeoutMs ?? 2000, options.ca);
    this.times = new CommandTimes(options.commandTook ?? (() => {}));
    this.commands = this.timed(this.connections.open(this.keyPrefix));
    batchWrites(this.commands);
    this.publishing = this.script(PUBLISH);
    this.watch = new ConnectionWatch(() => [...this.servers(), ...(this.listening ? [this.listening.redis] : [])]);
  }

  /** Can be handed to another thread. */
  get settings(): RedisSettings {
    const { uri, keyPrefix, ca, timeoutMs } = this.options;
    return { uri, keyPrefix, ca, timeoutMs };
  }

  /** Commands that were sent so far, on all connections but the one for notices. */
  get commandsSent(): number {
    return this.times.sent;
  }

  /** Notices. Opened by the first use: then it is part of `ready` and `ping`. */
  get subscriber(): RedisSubscriber {
    if (this.listening) return this.listening;
    const nodes = () => this.servers().map(({ options }) => ({ host: options.host ?? '', port: options.port ?? 0 }));
    const known = () => (nodes().length > 0 ? nodes() : this.connections.address.nodes);
    const redis = this.connections.openSubscriber(`${this.keyPrefix}:subscriber`, known);
    this.adopt(redis);
    batchWrites(redis);
    return (this.listening = new RedisSubscriber(redis, this.commands, this.keyPrefix));
  }

  /** A connection of one's own, `more` over the common options. Closed by `close`, if not before. */
  connection(name: string, more: RedisOptions = {}): RedisConnection {
    return this.timed(this.connections.open(`${this.keyPrefix}:${name}`, more));
  }

  /** A key, or a channel, that is used by itself: in a cluster each may lie on another node. */
  key(kind: string, name: string): string {
    return `${this.keyPrefix}:${kind}:${name}`;
  }

  /** The beginning of keys that are used together, in one command or script: they lie on one node. Ends without `:`. */
  tagged(kind: string): string {
    return `{${this.keyPrefix}:${kind}}`;
  }

  script<Result>(lua: string, numberOfKeys = 1): RedisScript<Result> {
    return new RedisScript(this.commands, lua, numberOfKeys);
  }

  /**
   * Tells all who listen to a channel. What is published along one `route` (any name) keeps its order, also in a cluster.
   * Rejects as `commands` do.
   */
  async publish(channel: string, message: string | Buffer, route = channel): Promise<void> {
    if (this.commands instanceof Cluster) await this.publishing.run(route, channel, message);
    else await this.commands.publish(channel, message);
  }

  /**
   * What an adapter's call rejects with, `what` being its dependency in words: `dependency_down`, or the error itself
   * where the server understood well and found our command wrong.
   */
  failure(what: string, error: unknown): unknown {
    const cause = withoutCommand(error);
    return isOurMistake(cause) ? cause : dependencyDown(what, cause);
  }

  /** Runs commands; see `failure`. */
  async run<T>(what: string, work: () => Promise<T>): Promise<T> {
    try {
      return await work();
    } catch (error) {
      throw this.failure(what, error);
    }
  }

  /** Waits until what is opened so far can be used; rejects with `dependency_down` after `withinMs`. */
  async ready(withinMs = 10_000): Promise<void> {
    await retry(() => this.ping(), { again: () => !this.closing, pauseMs: 10, forMs: withinMs });
  }

  /** A real PING, to each master of a cluster; rejects with `dependency_down` after `timeoutMs`. */
  async ping(): Promise<void> {
    await this.run('Redis server', async () => {
      if (this.commands.status !== 'ready') throw new Error(`The connection is in state ${this.commands.status}`);
      await Promise.all(this.masters().map((redis) => redis.ping()));
      const status = this.listening?.redis.status ?? 'ready';
      if (status !== 'ready') throw new Error(`The connection for notices is in state ${status}`);
    });
  }

  /** Looks at the servers' version and eviction; what an operator should change is in `warnings`. */
  async inspect(): Promise<RedisReport> {
    return this.run('Redis server', async () => {
      if (this.commands.status !== 'ready') throw new Error(`The connection is in state ${this.commands.status}`);
      return reportOf(await Promise.all(this.masters().map((redis) => redis.info())));
    });
  }

  /** Closes all connections, also those that `connection` gave; any number of times. */
  close(): Promise<void> {
    return (this.closing ??= this.closeAll());
  }

  private async closeAll(): Promise<void> {
    this.watch.close();
    this.listening?.close();
    await Promise.all([...this.open].map(end));
  }

  private servers(): Redis[] {
    return this.commands instanceof Cluster ? this.commands.nodes('all') : [this.commands];
  }

  /** Those that hold keys: the server itself, or each master of a cluster. */
  masters(): Redis[] {
    return this.commands instanceof Cluster ? this.commands.nodes('master') : [this.commands];
  }

  private timed<T extends RedisConnection>(connection: T): T {
    this.times.watch(connection);
    return this.adopt(connection);
  }

  private adopt<T extends RedisConnection>(connection: T): T {
    this.open.add(connection);
    if (this.options.maxListeners !== undefined) connection.setMaxListeners(this.options.maxListeners);
    let cause: unknown;
    connection.on('error', (error: unknown) => this.lost(connection, (cause = withoutCommand(error))));
    connection.on('node error', (error: unknown) => (cause = withoutCommand(error)));
    connection.on('close', () => this.lost(connection, cause));
    connection.on('ready', () => {
      cause = undefined;
      this.outages.back(connection);
    });
    connection.on('end', () => this.open.delete(connection));
    return connection;
  }

  private lost(connection: RedisConnection, cause: unknown): void {
    if (!this.closing && connection.status !== 'ready') this.outages.lost(connection, cause);
  }
}

/** How long a connection may take to end. */
const GOOD_BYE_MS = 300;

/** Lets commands under way come back, for a moment; then breaks off. */
async function end(connection: RedisConnection): Promise<void> {
  connection.on('error', () => {});
  const ended = new Promise<void>((resolve) => connection.once('end', resolve));
  if (connection.status === 'ready') {
    connection.quit().catch(() => {});
    await within(GOOD_BYE_MS, ended, () => undefined);
  }
  if (connection.status === 'end') return;
  const isIdle = connection.status === 'reconnecting';
  const nodes = connection instanceof Cluster ? connection.nodes('all') : [connection];
  connection.disconnect();
  // A server that hangs would not answer our good-bye.
  for (const { stream } of nodes) stream?.destroy();
  // Between two tries there is nothing that could end.
  if (!isIdle) await within(GOOD_BYE_MS, ended, () => undefined);
}
