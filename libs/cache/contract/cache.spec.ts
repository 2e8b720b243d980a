import type { RedisClient } from '../../redis/index.js';
import { redisForTests } from '../../redis/redis.testing.js';
import { cacheContract } from './cache.contract.js';
import { memoryCache } from '../memory/cache.js';
import { redisCache } from '../redis/cache.js';
import { keyvCache, type CacheStore } from '../keyv-cache.js';

function storeThatIsAway(): CacheStore {
  const away = () => Promise.reject(new Error('connect ECONNREFUSED'));
  return { get: away, set: away, delete: away, clear: away };
}

function strictStore(): CacheStore {
  const texts = new Map<string, string>();
  return {
    get: async (key) => texts.get(key) ?? null,
    set: async (key, text, ttlMs) => {
      const isEnd = ttlMs === undefined || (Number.isInteger(ttlMs) && ttlMs > 0);
      if (!isEnd || typeof text !== 'string') throw new Error('ERR invalid expire time');
      texts.set(key, text);
    },
    delete: async (key) => texts.delete(key),
    clear: async () => texts.clear(),
  };
}

cacheContract(
  'memory',
  async () => {
    const [cache, neighbour] = [memoryCache(), memoryCache()];
    const close = async () => void (await Promise.all([cache.close(), neighbour.close()]));
    return { cache, neighbour, close };
  },
  // Memory is never away: this is what any store does that is.
  async () => {
    const cache = keyvCache(storeThatIsAway());
    return { cache, neighbour: cache, close: () => cache.close() };
  },
);

// The edges are the same over a store that refuses what does not look like an end: Redis is one.
cacheContract(
  'a strict store',
  async () => {
    const [cache, neighbour] = [keyvCache(strictStore()), keyvCache(strictStore())];
    return { cache, neighbour, close: async () => {} };
  },
  async () => {
    const cache = keyvCache(storeThatIsAway());
    return { cache, neighbour: cache, close: () => cache.close() };
  },
);

const redis = redisForTests();
let opened = 0;
const onRedis = (client: RedisClient, neighbours: RedisClient) => {
  const cache = redisCache(client);
  const close = async () => void (await Promise.all([client.close(), neighbours.close()]));
  return { cache, neighbour: redisCache(neighbours), close };
};
cacheContract(
  'redis',
  async () => {
    opened++;
    // As a pattern the first would stand for the second.
    return onRedis(await redis.open({ keyPrefix: `${opened}-[b]*` }), await redis.open({ keyPrefix: `${opened}-b` }));
  },
  async () => onRedis(await redis.openBroken(), await redis.openBroken()),
);

describe('redisCache', () => {
  it('clears what it holds, however much, and nothing else of the same product', async () => {
    const client = await redis.open();
    try {
      const cache = redisCache(client);
      const other = client.key('cached', 'x');
      await client.commands.set(other, 'stays');
      await Promise.all(Array.from({ length: 2000 }, (_, i) => cache.set(`${i}`, i)));
      await cache.clear();
      expect(await client.commands.keys(`${client.keyPrefix}*`)).toEqual([other]);
    } finally {
      await client.close();
    }
  });
});

describe('memoryCache', () => {
  const text = 'x'.repeat(1000);
  const present = async (cache: ReturnType<typeof memoryCache>, ...keys: string[]) => {
    const found = await cache.mget(keys);
    return keys.filter((_, i) => found[i] !== undefined).join(' ');
  };

  it('drops what was not used for longest when it is full', async () => {
    const cache = memoryCache(8000);
    for (const key of ['a', 'b', 'c']) await cache.set(key, text);
    expect(await present(cache, 'a', 'b', 'c')).toBe('a b c');
    await cache.get('a');
    await cache.set('d', text);
    expect(await present(cache, 'a', 'b', 'c', 'd')).toBe('a c d');
  });

  it('counts what was replaced, dropped, cleared or has ended no longer', async () => {
    const cache = memoryCache(8000);
    await cache.set('a', text);
    for (let i = 0; i < 10; i++) {
      await Promise.all([cache.set('b', text), cache.set('b', text)]);
      await cache.del('b');
      await cache.set('b', text, -1);
    }
    await cache.set('c', text);
    expect(await present(cache, 'a', 'c')).toBe('a c');
    await cache.clear();
    for (const key of ['d', 'e', 'f']) await cache.set(key, text);
    expect(await present(cache, 'a', 'c', 'd', 'e', 'f')).toBe('d e f');
  });

  it('does not take what is too large by itself, nor keeps what stood there', async () => {
    const cache = memoryCache(8000);
    await cache.set('a', text);
    await cache.set('b', 'before');
    await cache.set('b', text.repeat(10));
    expect(await present(cache, 'a', 'b')).toBe('a');
  });

  it('counts small ones too', async () => {
    const cache = memoryCache(8000);
    const keys = Array.from({ length: 1000 }, (_, i) => `${i}`);
    for (const key of keys) await cache.set(key, 1);
    const kept = (await present(cache, ...keys)).split(' ');
    expect(kept.length).toBeLessThan(40);
    expect(kept.at(-1)).toBe('999');
  });

  it('is empty once closed', async () => {
    const cache = memoryCache();
    await cache.set('a', 1);
    await cache.close();
    expect(await cache.get('a')).toBeUndefined();
  });

  it('needs no timer for ends that are far off', async () => {
    jest.useFakeTimers();
    const cache = memoryCache();
    await cache.set('a', 1, 40 * 86_400_000);
    expect(jest.getTimerCount()).toBe(0);
    jest.setSystemTime(Date.now() + 40 * 86_400_000);
    expect(await cache.get('a')).toBe(1);
    jest.setSystemTime(Date.now() + 1);
    expect(await cache.get('a')).toBeUndefined();
    jest.useRealTimers();
  });
});
