import { RedisServer } from '../../test/support/redis.js';
import { RedisClient, type RedisClientOptions } from './redis-client.js';

let prefixes = 0;

/** A client with a prefix that no other test has, connected. */
export async function openRedis(uri: string, options: Partial<RedisClientOptions> = {}): Promise<RedisClient> {
  const client = new RedisClient({ uri, keyPrefix: `test${process.pid}-${++prefixes}`, ...options });
  try {
    await client.ready();
    return client;
  } catch (error) {
    await client.close();
    throw error;
  }
}

/**
 * A server for the tests of one file, from its first use to the file's end. To be called where `afterAll` may be.
 */
export function redisForTests() {
  let server: Promise<RedisServer> | undefined;
  afterAll(async () => (await server)?.stop());
  const start = () => (server ??= RedisServer.start());
  return {
    server: start,
    open: async (options?: Partial<RedisClientOptions>) => openRedis((await start()).uri, options),
    /** Another process's: the same server and keys. */
    openBeside: async (client: RedisClient) => openRedis((await start()).uri, { keyPrefix: client.keyPrefix }),
    /** One whose server is not there. */
    openBroken: async () => new RedisClient({ uri: 'redis://127.0.0.1:1', timeoutMs: 500 }),
  };
}
