import { hashOf, newSecret, prefixOf } from '../../../../libs/api-keys/index.js';
import { newId } from '../../../../libs/ids/index.js';
import type { ApiKey } from '../api-key.js';
import { type ApiKeyStore, MAX_KEYS } from '../api-key-store.js';

export interface OpenedKeys {
  store: ApiKeyStore;
  /** The same keys as another instance has them. */
  other: ApiKeyStore;
  close(): Promise<void>;
}

const MINUTE_MS = 60_000;

export function newKey(change: Partial<ApiKey> = {}): ApiKey {
  const secret = newSecret();
  return {
    ...{ id: newId(), userId: 'ada', name: 'a key', prefix: prefixOf(secret), hash: hashOf(secret) },
    ...{ scopes: ['chat'], models: null, expiresAt: null, tokensPerDay: null, lastUsedAt: null },
    ...{ createdAt: new Date() },
    ...change,
  };
}

/** What every ApiKeyStore must do. `openBroken`: one whose backend does not answer. */
export function apiKeyStoreContract(
  name: string,
  open: () => Promise<OpenedKeys>,
  openBroken?: () => Promise<Omit<OpenedKeys, 'other'>>,
): void {
  describe(`ApiKeyStore: ${name}`, () => {
    let opened: OpenedKeys;
    let store: ApiKeyStore;

    beforeEach(async () => {
      opened = await open();
      store = opened.store;
    });
    afterEach(() => opened.close());

    const make = async (change: Partial<ApiKey> = {}): Promise<ApiKey> => {
      const key = newKey(change);
      expect(await store.create(key)).toBe(true);
      return key;
    };

    it('gives back what was made, by its id and by the hash of its secret', async () => {
      const plain = await make();
      const full = await make({
        ...{ name: 'Ada’s "key" ♥', scopes: ['api', 'chat'], models: ['demo/demo', 'a/b/c'], tokensPerDay: 10 ** 12 },
        ...{ expiresAt: new Date(Date.now() + MINUTE_MS), lastUsedAt: new Date(5) },
      });
      for (const key of [plain, full]) {
        expect(await store.get(key.id)).toEqual(key);
        expect(await store.findByHash(key.hash)).toEqual(key);
        expect(await opened.other.findByHash(key.hash)).toEqual(key);
      }
    });

    it('tells hashes apart that differ in a letter’s case alone', async () => {
      const key = await make({ hash: 'AbcDef' });
      expect(await store.findByHash('abcdef')).toBeNull();
      expect(await store.findByHash('AbcDef')).toEqual(key);
    });

    it('hands out copies', async () => {
      const { id } = await make({ scopes: ['chat'] });
      (await store.get(id))!.scopes.push('api');
      expect((await store.get(id))!.scopes).toEqual(['chat']);
    });

    it('knows nothing of an unknown key, nor of another’s', async () => {
      const { id } = await make();
      expect([await store.get('no uuid'), await store.findByHash(''), await store.remove('x')]).toEqual([
        null,
        null,
        null,
      ]);
      expect(await store.rename('ada', 'x', 'n')).toBeNull();
      expect(await store.noteUse('x', new Date())).toBe(false);
      expect(await store.rename('bob', id, 'n')).toBeNull();
      expect(await store.remove(id, 'bob')).toBeNull();
      expect(await store.removeByUser('bob')).toEqual([]);
      expect(await store.listByUser('bob')).toEqual([]);
      expect(await store.get(id)).toMatchObject({ name: 'a key' });
    });

    it('makes the same once', async () => {
      const key = await make();
      expect(await store.create(key)).toBe(true);
      expect(await store.listByUser('ada')).toEqual([key]);
    });

    it(`gives one person ${MAX_KEYS}, however many ask at once and on whichever instance`, async () => {
      const stores = [store, opened.other];
      const made = await Promise.all(
        Array.from({ length: MAX_KEYS + 10 }, (_, i) => stores[i % 2].create(newKey({ name: `${i}` }))),
      );
      expect(made.filter(Boolean)).toHaveLength(MAX_KEYS);
      expect(await store.listByUser('ada')).toHaveLength(MAX_KEYS);
      expect(await store.create(newKey({ userId: 'bob' }))).toBe(true);
      const [first] = await store.listByUser('ada');
      await store.remove(first.id);
      const again = await Promise.all([store.create(newKey()), opened.other.create(newKey())]);
      expect(again.filter(Boolean)).toHaveLength(1);
    });

    it('lists a person’s newest first, and everybody’s page by page', async () => {
      const keys: ApiKey[] = [];
      for (let i = 0; i < 7; i++) keys.unshift(await make({ userId: i % 2 ? 'bob' : 'ada', name: `${i}` }));
      expect(await store.listByUser('ada')).toEqual(keys.filter(({ userId }) => userId === 'ada'));
      const seen: ApiKey[] = [];
      let cursor: string | undefined;
      do {
        const page = await store.list({ limit: 3, cursor });
        seen.push(...page.items);
        cursor = page.nextCursor ?? undefined;
      } while (cursor !== undefined);
      expect(seen).toEqual(keys);
      await expect(store.list({ limit: 3, cursor: 'x' })).rejects.toMatchObject({ code: 'validation_failed' });
    });

    it('renames', async () => {
      const key = await make();
      expect(await store.rename('ada', key.id, 'another')).toEqual({ ...key, name: 'another' });
      expect(await opened.other.get(key.id)).toEqual({ ...key, name: 'another' });
    });

    it('notes a use once a minute, and tells the first of all of them', async () => {
      const { id } = await make();
      const at = new Date();
      expect(await store.noteUse(id, at)).toBe(true);
      expect(await store.noteUse(id, new Date(+at + MINUTE_MS - 1))).toBe(false);
      expect((await store.get(id))!.lastUsedAt).toEqual(at);
      const later = new Date(+at + MINUTE_MS);
      expect(await opened.other.noteUse(id, later)).toBe(false);
      expect((await store.get(id))!.lastUsedAt).toEqual(later);
      // Another machine's clock is behind.
      expect(await store.noteUse(id, at)).toBe(false);
      expect((await store.get(id))!.lastUsedAt).toEqual(later);
    });

    it('tells the first use to one of many at once', async () => {
      const { id } = await make();
      const at = new Date();
      const first = await Promise.all(
        Array.from({ length: 10 }, (_, i) => [store, opened.other][i % 2].noteUse(id, at)),
      );
      expect(first.filter(Boolean)).toHaveLength(1);
    });

    it('removes one, once, everywhere at once', async () => {
      const key = await make();
      const kept = await make();
      const removed = await Promise.all([store.remove(key.id, 'ada'), opened.other.remove(key.id)]);
      expect(removed.filter((one) => one !== null)).toEqual([key]);
      expect(await opened.other.findByHash(key.hash)).toBeNull();
      expect(await store.noteUse(key.id, new Date())).toBe(false);
      expect(await store.get(key.id)).toBeNull();
      expect(await store.listByUser('ada')).toEqual([kept]);
    });

    it('removes all of one person', async () => {
      const ids = [(await make()).id, (await make()).id].sort();
      const other = await make({ userId: 'bob' });
      expect((await store.removeByUser('ada')).sort()).toEqual(ids);
      expect(await store.removeByUser('ada')).toEqual([]);
      expect(await store.listByUser('ada')).toEqual([]);
      expect(await store.findByHash(other.hash)).toEqual(other);
    });

    if (!openBroken) return;
    it('rejects with dependency_down where the backend does not answer', async () => {
      const broken = await openBroken();
      const calls: Array<() => Promise<unknown>> = [
        () => broken.store.create(newKey()),
        () => broken.store.findByHash('h'),
        () => broken.store.get('id'),
        () => broken.store.listByUser('id'),
        () => broken.store.list({ limit: 1 }),
        () => broken.store.rename('u', 'id', 'n'),
        () => broken.store.noteUse('id', new Date()),
        () => broken.store.remove('id'),
        () => broken.store.removeByUser('id'),
      ];
      for (const call of calls) await expect(call()).rejects.toMatchObject({ code: 'dependency_down', status: 503 });
      await broken.close();
    });
  });
}
