import { decodeCursor, type Page, type PageRequest, toPage } from '../../../../libs/paging/index.js';
import type { ApiKey } from '../api-key.js';
import { ApiKeyStore, MAX_KEYS } from '../api-key-store.js';
import { notedBefore } from '../key-rules.js';

/** Of one process, and gone with it. */
export class MemoryApiKeyStore extends ApiKeyStore {
  private readonly keys = new Map<string, ApiKey>();
  private readonly ids = new Map<string, string>();

  async create(key: ApiKey): Promise<boolean> {
    if (this.keys.has(key.id)) return true;
    if (this.of(key.userId).length >= MAX_KEYS) return false;
    this.keys.set(key.id, structuredClone(key));
    this.ids.set(key.hash, key.id);
    return true;
  }

  async findByHash(hash: string): Promise<ApiKey | null> {
    return this.get(this.ids.get(hash) ?? '');
  }

  async get(id: string): Promise<ApiKey | null> {
    return structuredClone(this.keys.get(id) ?? null);
  }

  async listByUser(userId: string): Promise<ApiKey[]> {
    return structuredClone(this.of(userId).sort(newestFirst));
  }

  async list({ limit, cursor }: PageRequest): Promise<Page<ApiKey>> {
    const [before] = cursor ? decodeCursor(cursor, ['string']) : [undefined];
    const keys = [...this.keys.values()].filter(({ id }) => before === undefined || id < before).sort(newestFirst);
    return structuredClone(toPage(keys.slice(0, limit + 1), limit, ({ id }) => [id]));
  }

  async rename(userId: string, id: string, name: string): Promise<ApiKey | null> {
    const key = this.keys.get(id);
    if (key?.userId !== userId) return null;
    key.name = name;
    return structuredClone(key);
  }

  async noteUse(id: string, at: Date): Promise<boolean> {
    const key = this.keys.get(id);
    if (!key || (key.lastUsedAt && key.lastUsedAt > notedBefore(at))) return false;
    const isFirst = key.lastUsedAt === null;
    key.lastUsedAt = at;
    return isFirst;
  }

  async remove(id: string, userId?: string): Promise<ApiKey | null> {
    const key = this.keys.get(id);
    if (!key || (userId !== undefined && key.userId !== userId)) return null;
    this.keys.delete(id);
    this.ids.delete(key.hash);
    return key;
  }

  async removeByUser(userId: string): Promise<string[]> {
    const keys = this.of(userId);
    for (const { id } of keys) await this.remove(id);
    return keys.map(({ id }) => id);
  }

  private of(userId: string): ApiKey[] {
    return [...this.keys.values()].filter((key) => key.userId === userId);
  }
}

function newestFirst(a: ApiKey, b: ApiKey): number {
  return a.id < b.id ? 1 : -1;
}
