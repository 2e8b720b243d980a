import { eventually } from '../../../test/support/eventually.js';
import { type Cache, DEFAULT_TTL_MS } from '../index.js';

const DAY_MS = 86_400_000;
/** How much clocks may differ. */
const SLACK_MS = 5;

/** Times to live: part of `cacheContract`. */
export function cacheTtlContract(opened: () => Cache): void {
  let cache: Cache;
  beforeEach(() => {
    cache = opened();
  });
  const isGone = (key: string) => eventually(async () => (await cache.get(key)) === undefined);

  describe('time to live', () => {
    it('ends an entry, and not before', async () => {
      const from = Date.now();
      await cache.set('a', 1, 100);
      await cache.set('b', 2, DAY_MS);
      await isGone('a');
      expect(Date.now() - from).toBeGreaterThanOrEqual(100 - SLACK_MS);
      expect(await cache.ttl('a')).toBeUndefined();
      expect(await cache.get('b')).toBe(2);
    });

    it('begins anew with each set', async () => {
      await cache.set('a', 1, 50);
      await cache.set('a', 2, DAY_MS);
      await cache.set('probe', 1, 80);
      await isGone('probe');
      expect(await cache.get('a')).toBe(2);
      await cache.set('a', 3, 50);
      await isGone('a');
    });

    it('may have a fraction', async () => {
      await cache.set('a', 1, DAY_MS + 0.5);
      expect(await cache.get('a')).toBe(1);
      await cache.set('b', 'before');
      await cache.set('b', 'after', 0.4);
      await isGone('b');
    });

    it.each([-1, -0.5, -30 * DAY_MS])('of %d has passed', async (ttl) => {
      await cache.set('a', 'before');
      await cache.set('a', 'after', ttl);
      expect(await cache.get('a')).toBeUndefined();
      expect(await cache.ttl('a')).toBeUndefined();
    });

    it('of 0 is none', async () => {
      await cache.set('a', 1, 0);
      await cache.set('probe', 1, 60);
      await isGone('probe');
      expect(await cache.get('a')).toBe(1);
      expect(await cache.ttl('a')).toBeUndefined();
    });

    it.each([
      ['over 25 days', 26 * DAY_MS, 26 * DAY_MS],
      ['over a year', 400 * DAY_MS, 400 * DAY_MS],
      ['that nobody gave', undefined, DEFAULT_TTL_MS],
    ])('%s holds, and is told as its end', async (_, ttl, expected) => {
      const from = Date.now();
      await cache.set('a', 1, ttl);
      const end = await cache.ttl('a');
      expect(end).toBeGreaterThanOrEqual(from + expected - SLACK_MS);
      expect(end).toBeLessThanOrEqual(Date.now() + expected + SLACK_MS);
      await cache.set('probe', 1, 30);
      await isGone('probe');
      expect(await cache.get('a')).toBe(1);
    });

    it('of an unknown key is not told', async () => {
      expect(await cache.ttl('unknown')).toBeUndefined();
    });
  });
}
