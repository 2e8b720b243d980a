import { eventually } from '../../../test/support/eventually.js';
import { cacheTtlContract } from './cache-ttl.contract.js';
import { cacheWrapContract } from './cache-wrap.contract.js';
import type { Cache } from '../index.js';

export interface OpenedCache {
  cache: Cache;
  /** Somebody else's, who has the same backend, if backends are shared at all. */
  neighbour: Cache;
  close(): Promise<void>;
}

/** What every Cache must do. `openBroken`: one whose backend does not answer. */
export function cacheContract(
  name: string,
  open: () => Promise<OpenedCache>,
  openBroken: () => Promise<OpenedCache>,
): void {
  describe(`Cache: ${name}`, () => {
    let opened: OpenedCache;
    let cache: Cache;

    beforeEach(async () => {
      opened = await open();
      cache = opened.cache;
    });
    afterEach(() => opened.close());

    const isGone = (key: string) => eventually(async () => (await cache.get(key)) === undefined);

    it('gives back what was set last, under its own key', async () => {
      await cache.set('a', 1);
      await cache.set('b', 2);
      await cache.set('a', 3);
      expect([await cache.get('a'), await cache.get('b'), await cache.get('c')]).toEqual([3, 2, undefined]);
      expect(await cache.mget(['b', 'c', 'a'])).toEqual([2, undefined, 3]);
    });

    it('takes any text as a key', async () => {
      const keys = ['', ' ', 'keyv:a', 'a', '__proto__', 'constructor', '“Ж”\n漢字', '*', 'a*', '{a}', 'x'.repeat(500)];
      for (const [i, key] of keys.entries()) await cache.set(key, i);
      for (const [i, key] of keys.entries()) expect([key, await cache.get(key)]).toEqual([key, i]);
    });

    it('sets and drops several at a time', async () => {
      const entries = [
        { key: 'a', value: 1 },
        { key: 'b', value: 2, ttl: 40 },
        { key: 'c', value: 3 },
      ];
      await cache.mset(entries);
      await isGone('b');
      expect(await cache.mget(['a', 'b', 'c'])).toEqual([1, undefined, 3]);
      await cache.mdel(['a', 'b', 'unknown']);
      expect(await cache.mget(['a', 'b', 'c'])).toEqual([undefined, undefined, 3]);
    });

    it('drops one, any number of times', async () => {
      await cache.set('a', 1);
      await cache.set('ab', 2);
      await cache.del('a');
      await cache.del('a');
      await cache.del('unknown');
      expect([await cache.get('a'), await cache.get('ab')]).toEqual([undefined, 2]);
    });

    it('clears its own, and nothing else', async () => {
      await opened.neighbour.set('a', 'theirs');
      await cache.set('a', 'ours');
      await cache.set('b', 'ours');
      expect(await opened.neighbour.get('a')).toBe('theirs');
      await cache.clear();
      await cache.clear();
      expect(await cache.mget(['a', 'b'])).toEqual([undefined, undefined]);
      expect(await opened.neighbour.get('a')).toBe('theirs');
      await cache.set('a', 'again');
      expect(await cache.get('a')).toBe('again');
    });

    it('many at once do not disturb each other', async () => {
      const numbers = Array.from({ length: 100 }, (_, i) => i);
      await Promise.all(numbers.map((i) => cache.set(`key ${i}`, i)));
      expect(await Promise.all(numbers.map((i) => cache.get(`key ${i}`)))).toEqual(numbers);
      await Promise.all(numbers.map((i) => cache.set('one', i)));
      expect(numbers).toContain(await cache.get('one'));
    });

    describe('values', () => {
      it.each<[string, unknown, unknown]>([
        ['text', '', ''],
        ['text that looks like something else', ':base64:AAAA', ':base64:AAAA'],
        ['any letters', '“Ж” \n \u0000 漢字 😀', '“Ж” \n \u0000 漢字 😀'],
        ['numbers', [0, -1.5, 1e300], [0, -1.5, 1e300]],
        ['false', false, false],
        ['null', null, null],
        ['undefined as absent', undefined, undefined],
        ['a date as text', { at: new Date(0) }, { at: '1970-01-01T00:00:00.000Z' }],
        ['undefined within', { a: undefined, b: [undefined] }, { b: [null] }],
        ['bytes as JSON has them', Buffer.from('a'), { type: 'Buffer', data: [97] }],
        ['what stands deep', { a: [{ b: { c: ['d'] } }] }, { a: [{ b: { c: ['d'] } }] }],
      ])('come back as JSON has them: %s', async (_, value, expected) => {
        await cache.set('a', value);
        expect(await cache.get('a')).toEqual(expected);
        expect(await cache.mget(['a'])).toEqual([expected]);
        expect(await cache.wrap('a', () => value)).toEqual(expected);
        expect(await cache.wrap('b', () => value)).toEqual(expected);
        expect(await cache.wrap('b', () => value)).toEqual(expected);
      });

      it('are copies: nobody changes what is cached', async () => {
        const list = ['first'];
        await cache.set('a', list);
        list.push('by who set it');
        for (const read of [() => cache.get<string[]>('a'), () => cache.wrap<string[]>('a', () => [])]) {
          const found = await read();
          expect(found).toEqual(['first']);
          found!.push('by who read it');
        }
        expect(await cache.get('a')).toEqual(['first']);
      });

      it('may be large', async () => {
        const text = 'x'.repeat(1_000_000);
        await cache.set('a', text);
        expect((await cache.get<string>('a')) === text).toBe(true);
      });
    });

    cacheTtlContract(() => cache);
    cacheWrapContract(() => cache);

    it('closes any number of times', async () => {
      await cache.set('a', 1);
      await Promise.all([cache.disconnect(), cache.disconnect()]);
      await cache.disconnect();
    });

    it('does without a backend that does not answer', async () => {
      const broken = await openBroken();
      await broken.cache.set('a', 1);
      await broken.cache.set('a', 1, -1);
      await broken.cache.mset([{ key: 'a', value: 1 }]);
      expect(await broken.cache.get('a')).toBeUndefined();
      expect(await broken.cache.mget(['a', 'b'])).toEqual([undefined, undefined]);
      expect(await broken.cache.ttl('a')).toBeUndefined();
      await broken.cache.del('a');
      await broken.cache.mdel(['a']);
      await broken.cache.clear();
      expect(await broken.cache.wrap('a', () => 'from the source')).toBe('from the source');
      expect(await broken.cache.wrap('a', () => 'again')).toBe('again');
      await broken.close();
    });
  });
}
