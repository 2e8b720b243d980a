import { TestApp } from './app.js';
import { type MongoEngine, type MongoOptions, startMongo } from './mongo/engine.js';
import { RedisServer, type RedisServerOptions } from './redis.js';

/** What the instances of a cluster share: a Redis and a replica set of one's own. */
export class Backends {
  private made = 0;

  private constructor(
    readonly redis: RedisServer,
    readonly mongo: MongoEngine,
  ) {}

  static async start(options: RedisServerOptions = {}, mongoOptions: MongoOptions = {}): Promise<Backends> {
    const mongo = await startMongo(mongoOptions);
    return new Backends(await RedisServer.start(options), mongo);
  }

  /** The environment of one cluster's instances: keys and a database of its own. */
  space(): Record<string, string> {
    const [, servers, query = ''] = /^(mongodb:\/\/[^/]+)[^?]*(\?.*)?$/.exec(this.mongo.uri)!;
    return {
      STORE: 'mongo',
      USE_REDIS: 'true',
      REDIS_URI: `redis://127.0.0.1:${this.redis.port}`,
      REDIS_KEY_PREFIX: `test${this.made++}`,
      MONGO_URI: `${servers}/${this.mongo.newDatabase()}${query}`,
      MONGO_SEARCH_READ_PREFERENCE: 'primary',
      JWT_SECRET: 'shared-by-all-instances-0123456789abcdef',
    };
  }

  async stop(): Promise<void> {
    await this.redis.stop();
    await this.mongo.stop();
  }
}

/** Instances of the product in this process, which know of one another only by their backends. */
export class TestCluster {
  readonly apps: TestApp[] = [];
  readonly env: Record<string, string>;

  constructor(backends: Backends, env: Record<string, string> = {}) {
    this.env = { ...backends.space(), ...env };
  }

  async add(env: Record<string, string> = {}): Promise<TestApp> {
    const app = await TestApp.start({ ...this.env, ...env });
    this.apps.push(app);
    return app;
  }

  async stop(): Promise<void> {
    await Promise.all(this.apps.splice(0).map((app) => app.stop()));
  }
}
