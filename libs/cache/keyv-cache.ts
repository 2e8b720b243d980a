import { createCache } from 'cache-manager';
import { Keyv } from 'keyv';
import type { Cache } from '@nestjs/cache-manager';

/** 5 minutes: an entry that nobody gave an end must not stay in a backend for ever. */
export const DEFAULT_TTL_MS = 300_000;

/**
 * Texts under keys, which is all that a backend has to offer. It may reject: the cache over it takes that as absent. What
 * was set for `ttlMs` may be dropped afterwards, and need not be; undefined: it does not end.
 */
export interface CacheStore {
  get(key: string): Promise<unknown>;
  set(key: string, text: string, ttlMs: number | undefined): Promise<unknown>;
  delete(key: string): Promise<unknown>;
  /** Only what this store holds, not what else lives in the backend. */
  clear(): Promise<unknown>;
  /** Any number of times. */
  disconnect?(): Promise<unknown>;
}

/** The port's edges over any store, so that they are the same over all. `close` gives the store up. */
export function keyvCache(store: CacheStore): Cache & { close(): Promise<void> } {
  const keyv = new Keyv({
    store: withEdges(store),
    // Keyv would leave a key that begins like its namespace without one: the store keeps its keys apart itself.
    useKeyPrefix: false,
    // Keyv's own form gives buffers back as buffers, and makes null of undefined.
    serialize: JSON.stringify,
    deserialize: (text) => JSON.parse(text as string),
  });
  const cache = createCache({ stores: [keyv], ttl: DEFAULT_TTL_MS });
  const wrap = async (...call: Parameters<typeof cache.wrap>) => asJson(await cache.wrap(...call));
  const close = async () => void (await cache.disconnect());
  return { ...cache, wrap: wrap as Cache['wrap'], close };
}

function withEdges(store: CacheStore): CacheStore {
  return {
    get: (key) => store.get(key),
    // Backends differ in what they make of an end that has passed, and of fractions.
    set: (key, text, ttlMs) =>
      ttlMs !== undefined && ttlMs < 0 ? store.delete(key) : store.set(key, text, ttlMs && Math.ceil(ttlMs)),
    delete: (key) => store.delete(key),
    clear: () => store.clear(),
    disconnect: async () => store.disconnect?.(),
  };
}

/** For each caller its own, and the same whether it was cached or has just been asked for. */
function asJson(value: unknown): unknown {
  const text = JSON.stringify(value) as string | undefined;
  return text === undefined ? undefined : JSON.parse(text);
}
