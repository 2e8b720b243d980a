import { cacheContract } from './contract/cache.contract.js';
import { cacheThatIsAway } from './contract/cache-stores.testing.js';
import { keyvCache, type CacheStore } from './keyv-cache.js';

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

// The edges are the same over a store that refuses what does not look like an end: Redis is one.
cacheContract(
  'a strict store',
  async () => {
    const [cache, neighbour] = [keyvCache(strictStore()), keyvCache(strictStore())];
    return { cache, neighbour, close: async () => {} };
  },
  cacheThatIsAway,
);
