import { Logger } from '@nestjs/common';
import mongoose, { type Connection, type ConnectOptions, type mongo, type Schema } from 'mongoose';
import { retry } from '../async/index.js';
import { MongoCollection } from './mongo-collection.js';
import { RetryableError, isAway, isDuplicate, mapped } from './mongo-errors.js';
import { connectionOptions, driverOptions, type MongoOptions } from './mongo-options.js';
import { persist, notLonger } from './persist.js';
import { type PoolUse, PoolWatch } from './pool-watch.js';

/** Longer than a replica set takes to elect another primary: 10 to 12 s after a crash, where its time-out is MongoDB's own. */
const RETRY_FOR_MS = 15_000;
const RECONNECT_PAUSE_MS = 500;
const PING_MS = 2000;
/** What the driver takes where it is told nothing. */
const DRIVERS_POOL_SIZE = 100;

/**
 * One database of a replica set, with its pool of connections, shared by all adapters of the process. It begins to connect
 * when it is made and never gives up; once connected, the driver does the same by itself. Each call rejects with
 * `dependency_down`, the driver's error as `cause`.
 *
 * mongoose connects: in an application `@nestjs/mongoose` makes the connection and declares what a document holds and its
 * indexes. mongoose's models are not used for queries: guards and the server's clock (`$$NOW`) live in update pipelines,
 * which mongoose would cast or refuse.
 */
export class MongoDatabase {
  private readonly logger = new Logger(MongoDatabase.name);
  private readonly collections = new Map<string, MongoCollection<mongo.Document>>();
  private readonly connectionOptions: ConnectOptions;
  private readonly retryForMs: number;
  private readonly connecting: Promise<void>;
  /** Since when nothing came through, by `performance.now()`; undefined: the last call did. */
  private awaySince: number | undefined;
  private readonly closing = new AbortController();
  private readonly pool: PoolWatch;

  /**
   * `connection`: mongoose's, with a model of each declared collection; one that already connects does so by
   * `connectionOptions`. Throws where the address makes no sense.
   */
  constructor(
    private readonly options: MongoOptions,
    readonly connection: Connection = mongoose.createConnection(),
  ) {
    this.connectionOptions = connectionOptions(options);
    this.retryForMs = options.retryForMs ?? RETRY_FOR_MS;
    this.pool = new PoolWatch(options.maxPoolSize ?? DRIVERS_POOL_SIZE);
    // Its own listener reports nothing: what fails is told to who called. Without one an error would end the process.
    this.connection.on('error', () => {});
    this.connecting = this.connect();
  }

  /**
   * Declares a collection; its indexes are made as soon as the database answers. The same name is the same collection.
   * `lazy`: only its own `ensureIndexes` makes them, because they would make a collection that may never be written to.
   */
  collection<T extends mongo.Document>(name: string, schema: Schema, { lazy = false } = {}): MongoCollection<T> {
    let known = this.collections.get(name);
    if (!known) {
      this.connection.model(name, schema, name);
      known = new MongoCollection((work) => this.run(work), name, schema, lazy);
      this.collections.set(name, known);
      if (!lazy) this.indexWhenConnected(known);
    }
    return known as unknown as MongoCollection<T>;
  }

  /** Makes all declared indexes that are not there, but the lazy ones; any number of times. */
  async ensureIndexes(): Promise<void> {
    const eager = [...this.collections.values()].filter(({ lazy }) => !lazy);
    await Promise.all(eager.map((collection) => collection.ensureIndexes()));
  }

  /**
   * Runs idempotent `work`, again while the database is away (see `persist`). Where it has been away for long, nobody waits
   * that long once more: one attempt.
   */
  async run<R>(work: (db: mongo.Db) => Promise<R>): Promise<R> {
    const forMs = this.awaySince === undefined ? this.retryForMs : this.awaySince + this.retryForMs - performance.now();
    const attempt = async (): Promise<R> => work(await this.connected());
    const began = performance.now();
    try {
      const result = await persist(attempt, { forMs, longestMs: this.retryForMs });
      this.awaySince = undefined;
      return result;
    } catch (error) {
      if (isAway(error)) this.awaySince ??= performance.now();
      throw mapped(error);
    } finally {
      this.options.operationTook?.((performance.now() - began) / 1000);
    }
  }

  /** All or nothing; again as a whole where it met another one, or its outcome is unknown. */
  async transaction<R>(work: (db: mongo.Db, session: mongo.ClientSession) => Promise<R>): Promise<R> {
    return this.run((db) =>
      this.connection.getClient().withSession(async (session) => {
        session.startTransaction({ readConcern: { level: 'snapshot' } });
        try {
          const result = await work(db, session);
          await session.commitTransaction();
          return result;
        } catch (error) {
          if (session.inTransaction()) await session.abortTransaction().catch(() => {});
          throw isDuplicate(error) ? new RetryableError('the same document was made at the same time') : error;
        }
      }),
    );
  }

  /** Really asks the primary, once. */
  async ping(): Promise<void> {
    const ask = async (): Promise<unknown> => (await this.connected()).command({ ping: 1 });
    await notLonger(ask(), PING_MS).catch((error: unknown) => {
      throw mapped(error);
    });
  }

  /** How many connections the primary takes in all; undefined where this user may not ask (`clusterMonitor`). */
  async maxConnections(): Promise<number | undefined> {
    const client = (await this.connected()) && this.connection.getClient();
    const status = await client
      .db('admin')
      .command({ serverStatus: 1 })
      .catch(() => undefined);
    const { current, available } = (status?.connections ?? {}) as { current?: number; available?: number };
    return current === undefined || available === undefined ? undefined : current + available;
  }

  poolUse(): PoolUse {
    return this.pool.use();
  }

  /** Calls that waited in vain for a connection. */
  get poolFailures(): number {
    return this.pool.failures;
  }

  /** Any number of times. */
  async close(): Promise<void> {
    this.closing.abort();
    await this.connection.destroy(true).catch(() => {});
  }

  private get closed(): boolean {
    return this.closing.signal.aborted;
  }

  /** Waits for the first connection as long as for a server. */
  private async connected(): Promise<mongo.Db> {
    if (this.closed) throw mapped(new RetryableError('closed'));
    if (this.connection.db) return this.connection.db as mongo.Db;
    const waitMs = driverOptions(this.options).serverSelectionTimeoutMS as number;
    await notLonger(this.connecting, waitMs);
    if (!this.connection.db) throw new RetryableError('not connected');
    return this.connection.db as mongo.Db;
  }

  /** Tries for ever; resolves also where it was closed. */
  private async connect(): Promise<void> {
    let wasAway = false;
    const again = (error: unknown): boolean => {
      if (!wasAway && !this.closed) this.logger.warn(`the database does not answer, trying on: ${String(error)}`);
      return (wasAway = true);
    };
    const { connection } = this;
    const open = () =>
      connection.readyState === mongoose.ConnectionStates.connecting
        ? connection.asPromise()
        : connection.openUri(this.options.uri, this.connectionOptions);
    try {
      await retry(open, { again, pauseMs: RECONNECT_PAUSE_MS }, this.closing.signal);
    } catch {
      return;
    }
    this.pool.follow(connection.getClient());
    if (wasAway) this.logger.log('the database answers');
  }

  /** What can't be made now is made before something is written that depends on it. */
  private indexWhenConnected(collection: MongoCollection<mongo.Document>): void {
    const made = this.connecting.then(() => (this.closed ? undefined : collection.ensureIndexes()));
    made.catch((error: unknown) => {
      if (this.closed) return;
      this.logger.warn(`${collection.name} has no indexes yet: ${String((error as Error).cause ?? error)}`);
    });
  }
}
