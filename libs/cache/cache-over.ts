import type { Cache } from '@nestjs/cache-manager';
import { createCache } from 'cache-manager';
import type { Keyv } from 'keyv';

/** 5 minutes: an entry that nobody gave an end must not stay in a backend for ever. */
export const DEFAULT_TTL_MS = 300_000;

/** A cache outside an application; in one `@nestjs/cache-manager` makes it. */
export function cacheOver(store: Keyv): Cache {
  return withCopies(createCache({ stores: [store], ttl: DEFAULT_TTL_MS }));
}

/**
 * cache-manager's cache, of which `wrap` too gives each caller its own copy, the same whether it was cached or has just been
 * asked for.
 */
export function withCopies(cache: Cache): Cache {
  const wrap = async (...call: Parameters<typeof cache.wrap>) => asJson(await cache.wrap(...call));
  return { ...cache, wrap: wrap as Cache['wrap'] };
}

function asJson(value: unknown): unknown {
  const text = JSON.stringify(value) as string | undefined;
  return text === undefined ? undefined : JSON.parse(text);
}
