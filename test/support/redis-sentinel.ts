import { Redis } from 'ioredis';
import { eventually } from './eventually.js';
import { RedisServer } from './redis.js';

const PASSWORD = 'a:b@c/d e';
const MASTER = 'mymaster';

/** A master, a replica, and a sentinel that puts the replica in its place half a second after it is gone. */
export class RedisSentinel {
  private constructor(
    readonly master: RedisServer,
    readonly replica: RedisServer,
    readonly sentinel: RedisServer,
  ) {}

  /** Resolves when the replica has the data and the sentinel knows it. */
  static async start(): Promise<RedisSentinel> {
    const started: RedisServer[] = [];
    const start = async (options: Parameters<typeof RedisServer.start>[0]) => {
      const server = await RedisServer.start(options);
      started.push(server);
      return server;
    };
    try {
      const auth = ['--requirepass', PASSWORD, '--masterauth', PASSWORD];
      // The replica's first copy would begin after five seconds.
      const master = await start({ args: [...auth, '--repl-diskless-sync-delay', '0'] });
      const replica = await start({ args: [...auth, '--replicaof', `127.0.0.1 ${master.port}`] });
      const sentinel = await start({
        config: [
          `sentinel monitor ${MASTER} 127.0.0.1 ${master.port} 1`,
          `sentinel auth-pass ${MASTER} "${PASSWORD}"`,
          `sentinel down-after-milliseconds ${MASTER} 500`,
          `sentinel failover-timeout ${MASTER} 3000`,
        ],
        args: ['--sentinel'],
      });
      const all = new RedisSentinel(master, replica, sentinel);
      await all.isComplete();
      return all;
    } catch (error) {
      for (const server of started) await server.stop();
      throw error;
    }
  }

  get uri(): string {
    // The first one is not there: any that answers will do.
    return `redis+sentinel://:${encodeURIComponent(PASSWORD)}@127.0.0.1:1,127.0.0.1:${this.sentinel.port}/${MASTER}`;
  }

  async stop(): Promise<void> {
    for (const server of [this.sentinel, this.replica, this.master]) await server.stop();
  }

  private async isComplete(): Promise<void> {
    const replica = new Redis({ port: this.replica.port, host: '127.0.0.1', password: PASSWORD });
    const sentinel = new Redis({ port: this.sentinel.port, host: '127.0.0.1', enableReadyCheck: false });
    try {
      await eventually(async () => (await replica.info('replication')).includes('master_link_status:up'));
      await eventually(async () => {
        const replicas = (await sentinel.call('SENTINEL', 'REPLICAS', MASTER)) as string[][];
        const flags = replicas.map((fields) => fields[fields.indexOf('flags') + 1]);
        return flags.length === 1 && flags[0] === 'slave';
      });
    } finally {
      replica.disconnect();
      sentinel.disconnect();
    }
  }
}
