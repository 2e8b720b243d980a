import { eventually } from '../../../test/support/eventually.js';
import type { Cache } from '../index.js';

/** Asking the source through the cache: part of `cacheContract`. */
export function cacheWrapContract(opened: () => Cache): void {
  let cache: Cache;
  beforeEach(() => {
    cache = opened();
  });

  describe('wrap', () => {
    it('asks the source once for all who ask at the same time, and gives each its own copy', async () => {
      let asked = 0;
      let answer = (_: { n: number }) => {};
      const source = () => {
        asked++;
        return new Promise<{ n: number }>((resolve) => (answer = resolve));
      };
      const answers = Promise.all(Array.from({ length: 20 }, () => cache.wrap('a', source)));
      await eventually(() => asked > 0);
      answer({ n: 1 });
      const found = await answers;
      expect(found).toEqual(Array.from({ length: 20 }, () => ({ n: 1 })));
      expect(new Set(found).size).toBe(20);
      expect(await cache.wrap('a', source)).toEqual({ n: 1 });
      expect(await cache.get('a')).toEqual({ n: 1 });
      expect(asked).toBe(1);
    });

    it('asks again when the entry has ended', async () => {
      let asked = 0;
      const ask = () => cache.wrap('a', () => ++asked, 40);
      expect(await ask()).toBe(1);
      await eventually(async () => (await ask()) === 2);
    });

    it('keeps other keys apart', async () => {
      const found = await Promise.all(['a', 'b', 'c'].map((key) => cache.wrap(key, async () => `of ${key}`)));
      expect(found).toEqual(['of a', 'of b', 'of c']);
    });

    it('keeps null, but not undefined', async () => {
      let asked = 0;
      const ask = (key: string, value: unknown) =>
        cache.wrap(key, () => {
          asked++;
          return value;
        });
      expect([await ask('a', null), await ask('a', null)]).toEqual([null, null]);
      expect(asked).toBe(1);
      expect([await ask('b', undefined), await ask('b', undefined)]).toEqual([undefined, undefined]);
      expect(asked).toBe(3);
    });

    it('passes an error of the source to all, and keeps none', async () => {
      let asked = 0;
      const failing = async () => {
        asked++;
        await new Promise((resolve) => setTimeout(resolve, 20));
        throw new Error('the source is away');
      };
      const results = await Promise.allSettled([cache.wrap('a', failing), cache.wrap('a', failing)]);
      expect(results.map(({ status }) => status)).toEqual(['rejected', 'rejected']);
      expect(asked).toBe(1);
      expect(await cache.get('a')).toBeUndefined();
      expect(await cache.wrap('a', () => 'back')).toBe('back');
    });
  });
}
