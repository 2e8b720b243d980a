import { Keyv } from 'keyv';
import { cacheContract } from '../contract/cache.contract.js';
import { type Cache, cacheOver } from '../index.js';
import { memoryStore } from './store.js';

const memoryCache = (maxBytes?: number) => cacheOver(memoryStore(maxBytes));

cacheContract(
  'memory',
  async () => {
    const [cache, neighbour] = [memoryCache(), memoryCache()];
    return { cache, neighbour, close: async () => {} };
  },
  // Memory is never away: this is what any store does that is.
  async () => {
    const away = () => Promise.reject(new Error('connect ECONNREFUSED'));
    const cache = cacheOver(new Keyv({ store: { get: away, set: away, delete: away, clear: away } }));
    return { cache, neighbour: cache, close: async () => {} };
  },
);

describe('memoryStore', () => {
  const text = 'x'.repeat(1000);
  const present = async (cache: Cache, ...keys: string[]) => {
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
    await cache.disconnect();
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
