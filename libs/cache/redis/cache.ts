import { type CacheManagerStore, KeyvAdapter } from 'cache-manager';
import { redisInsStore } from 'cache-manager-ioredis-yet';
import type { RedisClient } from '../../redis/index.js';
import type { Cache } from '../index.js';
import { keyvCache, type CacheStore } from '../keyv-cache.js';

const SCAN_COUNT = 500;

/** Texts in Redis, under a prefix of their own, through cache-manager's store for ioredis. */
class RedisCacheStore implements CacheStore {
  private readonly store: KeyvAdapter;

  constructor(private readonly redis: RedisClient) {
    const store = redisInsStore(redis.commands) as unknown as CacheManagerStore;
    // Its own `reset` is FLUSHDB, which would take the queue, the sessions and all else along.
    this.store = new KeyvAdapter({ ...store, reset: () => this.dropOwn() });
  }

  get(key: string): Promise<unknown> {
    return this.store.get(this.keyOf(key));
  }

  set(key: string, text: string, ttlMs: number | undefined): Promise<unknown> {
    return this.store.set(this.keyOf(key), text, ttlMs);
  }

  delete(key: string): Promise<unknown> {
    return this.store.delete(this.keyOf(key));
  }

  async clear(): Promise<void> {
    await this.store.clear();
  }

  private keyOf(key: string): string {
    return this.redis.key('cache', key);
  }

  /** Looks through all keys of all servers, a few hundred at a time: slow where there are many, but it holds up nobody. */
  private async dropOwn(): Promise<void> {
    const match = `${this.keyOf('').replace(/[*?[\]\\^]/g, '\\$&')}*`;
    for (const server of this.redis.masters()) {
      for (let cursor = '0', more = true; more; more = cursor !== '0') {
        const [next, keys] = await server.scan(cursor, 'MATCH', match, 'COUNT', SCAN_COUNT);
        // One at a time: in a cluster each key has its own slot.
        await Promise.all(keys.map((key) => server.unlink(key)));
        cursor = next;
      }
    }
  }
}

/** Shared by all instances. The connection is closed by who opened it. */
export function redisCache(redis: RedisClient): Cache & { close(): Promise<void> } {
  return keyvCache(new RedisCacheStore(redis));
}
