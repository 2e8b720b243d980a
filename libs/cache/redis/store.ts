import { type CacheManagerStore, KeyvAdapter } from 'cache-manager';
import { redisInsStore } from 'cache-manager-ioredis-yet';
import { Keyv } from 'keyv';
import type { RedisClient } from '../../redis/index.js';
import { JSON_TEXT } from '../json-text.js';

const SCAN_COUNT = 500;

/** cache-manager's store for ioredis, but for what Redis refuses, and what would reach beyond our own keys. */
class OwnKeys extends KeyvAdapter {
  constructor(
    private readonly redis: RedisClient,
    private readonly prefix: string,
  ) {
    super(redisInsStore(redis.commands) as unknown as CacheManagerStore);
  }

  /** Redis takes no end that has passed, and no fraction. */
  override async set(key: string, value: unknown, ttlMs?: number): Promise<boolean> {
    if (ttlMs !== undefined && ttlMs < 0) return this.delete(key);
    return super.set(key, value, ttlMs && Math.ceil(ttlMs));
  }

  /** One at a time, as are those below: in a cluster each key has its own slot. */
  override getMany<T>(keys: string[]) {
    return Promise.all(keys.map((key) => this.get<T>(key)));
  }

  override async deleteMany(keys: string[]): Promise<boolean> {
    await Promise.all(keys.map((key) => this.delete(key)));
    return true;
  }

  /**
   * Its own would be FLUSHDB, which takes the queue, the sessions and all else along. Looks through all keys of all servers,
   * a few hundred at a time: slow where there are many, but it holds up nobody.
   */
  override async clear(): Promise<void> {
    const match = `${this.prefix.replace(/[*?[\]\\^]/g, '\\$&')}:*`;
    for (const server of this.redis.masters()) {
      for (let cursor = '0', more = true; more; more = cursor !== '0') {
        const [next, keys] = await server.scan(cursor, 'MATCH', match, 'COUNT', SCAN_COUNT);
        await Promise.all(keys.map((key) => server.unlink(key)));
        cursor = next;
      }
    }
  }
}

/** For a cache that all instances share. The connection is closed by who opened it. */
export function redisStore(redis: RedisClient): Keyv {
  const namespace = `${redis.keyPrefix}:cache`;
  return new Keyv({ store: new OwnKeys(redis, namespace), namespace, ...JSON_TEXT });
}
