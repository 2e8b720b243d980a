import { keyvCache, type CacheStore } from '../keyv-cache.js';

function storeThatIsAway(): CacheStore {
  const away = () => Promise.reject(new Error('connect ECONNREFUSED'));
  return { get: away, set: away, delete: away, clear: away };
}

/** Over a store that does not answer. */
export async function cacheThatIsAway() {
  const cache = keyvCache(storeThatIsAway());
  return { cache, neighbour: cache, close: () => cache.close() };
}
