import { LRUCache } from 'lru-cache';
import type { Cache } from '../index.js';
import { keyvCache } from '../keyv-cache.js';

const MAX_BYTES = 64 * 1024 * 1024;
/** What an entry takes beside its text, roughly. */
const ENTRY_BYTES = 200;

function bytesOf(text: string, key: string): number {
  return 2 * (key.length + text.length) + ENTRY_BYTES;
}

/**
 * Keeps texts up to about `maxBytes` of memory, in one process; beyond that, what was not used for longest goes first. One
 * that is too large by itself is not kept. Entries that have ended stay until they are asked for or pushed out.
 */
export function memoryCache(maxBytes = MAX_BYTES): Cache & { close(): Promise<void> } {
  const texts = new LRUCache<string, string>({ maxSize: maxBytes, sizeCalculation: bytesOf });
  return keyvCache({
    get: async (key) => texts.get(key),
    set: async (key, text) => texts.set(key, text),
    delete: async (key) => texts.delete(key),
    clear: async () => texts.clear(),
    disconnect: async () => texts.clear(),
  });
}
