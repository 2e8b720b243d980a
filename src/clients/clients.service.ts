import { stat } from 'node:fs/promises';
import { Injectable, Logger } from '@nestjs/common';
import { LazyModuleLoader } from '@nestjs/core';
import type { MongoDatabase } from '../../libs/mongo/index.js';
import type { RedisClient } from '../../libs/redis/index.js';
import type { S3Bucket } from '../../libs/s3/index.js';
import { Metrics } from '../../libs/metrics/index.js';
import type { SqliteDatabase } from '../../libs/sqlite/index.js';
import { Config } from '../config/config.js';
import { openDatabase } from './open-database.js';
import { StoreMetrics } from './store-metrics.js';

/** How often Redis is asked how it is configured, until it answers, ms. */
const INSPECT_MS = 60_000;
const SETTLE_MS = 2000;

/** What adapters are made of, each loaded and opened when the first of them asks for it. */
@Injectable()
export class Clients {
  private readonly log = new Logger('Clients');
  private database: SqliteDatabase | undefined;
  private redisClient: Promise<RedisClient> | undefined;
  private mongoDatabase: Promise<MongoDatabase> | undefined;
  private usersDatabase: Promise<MongoDatabase> | undefined;
  private bucket: Promise<S3Bucket> | undefined;
  private readonly adapters: Array<{ close?(): Promise<void> }> = [];
  private readonly stores: StoreMetrics;

  constructor(
    private readonly config: Config,
    private readonly metrics: Metrics,
    /** Undefined outside an application. */
    private readonly modules?: LazyModuleLoader,
  ) {
    this.stores = new StoreMetrics(metrics);
  }

  sqlite(): SqliteDatabase {
    if (this.database) return this.database;
    const database = openDatabase(this.config.DATA_DIR);
    const size = async () => (await stat(database.path)).size;
    this.metrics.gauge('parley_sqlite_bytes', 'Size of the database file', 'first', size);
    return (this.database = database);
  }

  redis(): Promise<RedisClient> {
    return (this.redisClient ??= this.openRedis());
  }

  mongo(): Promise<MongoDatabase> {
    return (this.mongoDatabase ??= this.openMongo('mongo', this.config.MONGO_URI as string));
  }

  /** Where the accounts are, unless they are with all the rest. */
  mongoUsers(): Promise<MongoDatabase> {
    const { MONGO_USERS_URI } = this.config;
    if (!MONGO_USERS_URI) return this.mongo();
    return (this.usersDatabase ??= this.openMongo('mongo-users', MONGO_USERS_URI));
  }

  s3(): Promise<S3Bucket> {
    return (this.bucket ??= this.openBucket());
  }

  /** Takes an adapter to be closed before what it is made of. */
  carry<T extends object>(adapter: T): T {
    this.adapters.push(adapter);
    return adapter;
  }

  /** Waits a moment for the connections that are being made; one that does not come about is no reason not to serve. */
  async settle(): Promise<void> {
    const redis = await this.redisClient;
    await redis?.ready(SETTLE_MS).catch(() => undefined);
  }

  /** Adapters first, then the clients under them. */
  async close(): Promise<void> {
    await Promise.all(this.adapters.map((adapter) => adapter.close?.()));
    this.database?.close();
    const open = await Promise.all([this.redisClient, this.mongoDatabase, this.usersDatabase, this.bucket]);
    await Promise.all(open.map((client) => client?.close()));
  }

  private async openRedis(): Promise<RedisClient> {
    const { RedisClient } = await import('../../libs/redis/index.js');
    const { REDIS_URI, REDIS_KEY_PREFIX, REDIS_CA, REDIS_MAX_LISTENERS } = this.config;
    const client: RedisClient = new RedisClient({
      uri: REDIS_URI,
      keyPrefix: REDIS_KEY_PREFIX,
      ca: REDIS_CA,
      maxListeners: REDIS_MAX_LISTENERS,
      commandTook: this.stores.redisCommands(() => client.commandsSent),
      log: {
        info: (message) => this.log.log(message),
        warn: (message, cause) => this.log.warn(cause === undefined ? message : `${message}: ${String(cause)}`),
      },
    });
    void this.inspect(client);
    return client;
  }

  /** Says at boot what an operator should change in Redis. */
  private async inspect(client: RedisClient): Promise<void> {
    try {
      await client.ready(INSPECT_MS);
      for (const warning of (await client.inspect()).warnings) this.log.warn(warning);
    } catch {
      // It is away: readiness tells so, and the client has logged it.
    }
  }

  private async openMongo(name: string, uri: string): Promise<MongoDatabase> {
    const { MongoDatabase } = await import('../../libs/mongo/index.js');
    const { mongoConnection } = await import('./mongo-connection.js');
    const { config } = this;
    const options = {
      uri,
      maxPoolSize: config.MONGO_MAX_POOL_SIZE,
      minPoolSize: config.MONGO_MIN_POOL_SIZE,
      maxConnecting: config.MONGO_MAX_CONNECTING,
      maxIdleTimeMS: config.MONGO_MAX_IDLE_TIME_MS,
      waitQueueTimeoutMS: config.MONGO_WAIT_QUEUE_TIMEOUT_MS,
      operationTook: this.stores.mongoOperations(name),
    };
    const connection = this.modules && (await mongoConnection(this.modules, name, options));
    const database = new MongoDatabase(options, connection);
    this.stores.mongoPool(name, database);
    void this.compareConnections(database);
    return database;
  }

  private async openBucket(): Promise<S3Bucket> {
    const { S3Bucket } = await import('../../libs/s3/index.js');
    const { config } = this;
    return new S3Bucket({
      bucket: config.S3_BUCKET!,
      region: config.S3_REGION,
      endpoint: config.S3_ENDPOINT,
      accessKeyId: config.S3_ACCESS_KEY_ID,
      secretAccessKey: config.S3_SECRET_ACCESS_KEY,
      forcePathStyle: config.S3_FORCE_PATH_STYLE,
    });
  }

  /** Says at boot where all processes together could want more connections than the server takes. */
  private async compareConnections(database: MongoDatabase): Promise<void> {
    const { INSTANCES, MONGO_MAX_POOL_SIZE } = this.config;
    const wanted = INSTANCES * MONGO_MAX_POOL_SIZE;
    // Away, or not allowed to ask: then nothing is known.
    const taken = await database.maxConnections().catch(() => undefined);
    if (taken === undefined || wanted <= taken) return;
    this.log.warn(
      `INSTANCES × MONGO_MAX_POOL_SIZE is ${wanted}, but the MongoDB server takes ${taken} connections: lower the pool or ` +
        'raise net.maxIncomingConnections',
    );
  }
}
