import { Keyv } from 'keyv';
import { LRUCache } from 'lru-cache';
import { JSON_TEXT } from '../json-text.js';

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
export function memoryStore(maxBytes = MAX_BYTES): Keyv {
  const texts = new LRUCache<string, string>({ maxSize: maxBytes, sizeCalculation: bytesOf });
  const store = {
    get: (key: string) => texts.get(key),
    set: (key: string, text: string) => texts.set(key, text),
    delete: (key: string) => texts.delete(key),
    clear: () => texts.clear(),
    disconnect: () => texts.clear(),
  };
  // It is nobody else's: keys need no prefix.
  return new Keyv({ store, useKeyPrefix: false, ...JSON_TEXT });
}
