import type { Cache } from '../index.js';
import { keyvCache, type CacheStore } from '../keyv-cache.js';

const MAX_BYTES = 64 * 1024 * 1024;
/** What an entry takes beside its text, roughly. */
const ENTRY_BYTES = 200;

/** Keeps texts up to `maxBytes`; beyond that, what was not used for longest goes first. */
class MemoryCacheStore implements CacheStore {
  /** Those used last stand last. */
  private readonly texts = new Map<string, string>();
  private bytes = 0;

  constructor(private readonly maxBytes: number) {}

  async get(key: string): Promise<string | undefined> {
    const text = this.texts.get(key);
    if (text === undefined) return undefined;
    this.texts.delete(key);
    this.texts.set(key, text);
    return text;
  }

  async set(key: string, text: string): Promise<void> {
    this.drop(key);
    const bytes = bytesOf(key, text);
    // One that is too large by itself must not push all others out.
    if (bytes > this.maxBytes) return;
    this.texts.set(key, text);
    this.bytes += bytes;
    for (const [oldest] of this.texts) {
      if (this.bytes <= this.maxBytes) break;
      this.drop(oldest);
    }
  }

  async delete(key: string): Promise<void> {
    this.drop(key);
  }

  async clear(): Promise<void> {
    this.texts.clear();
    this.bytes = 0;
  }

  async disconnect(): Promise<void> {
    await this.clear();
  }

  private drop(key: string): void {
    const text = this.texts.get(key);
    if (text === undefined) return;
    this.texts.delete(key);
    this.bytes -= bytesOf(key, text);
  }
}

function bytesOf(key: string, text: string): number {
  return 2 * (key.length + text.length) + ENTRY_BYTES;
}

/** Limits: one process; about `maxBytes` of memory. Entries that have ended stay until they are asked for or pushed out. */
export function memoryCache(maxBytes = MAX_BYTES): Cache & { close(): Promise<void> } {
  return keyvCache(new MemoryCacheStore(maxBytes));
}
