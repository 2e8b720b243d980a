import { eventually } from '../../../../test/support/eventually.js';
import type { HitCounter } from '../hit-counter.js';

const MINUTE_MS = 60_000;

/** As the storage of @nestjs/throttler: part of `hitCounterContract`. */
export function hitCounterIncrementContract(opened: () => HitCounter): void {
  let counter: HitCounter;
  beforeEach(() => {
    counter = opened();
  });
  const increment = (ttl: number, limit: number, blockDuration = 0) =>
    counter.increment('a', ttl, limit, blockDuration, 'name');

  describe('increment', () => {
    it.each([0, 1000, 60 * MINUTE_MS])(
      'blocks what goes beyond the limit, and nothing else (blockDuration %d)',
      async (blockDuration) => {
        const blocked: boolean[] = [];
        for (let totalHits = 1; totalHits <= 5; totalHits++) {
          const record = await increment(10 * MINUTE_MS, 3, blockDuration);
          expect(record.totalHits).toBe(totalHits);
          expect(record.timeToBlockExpire).toBe(record.isBlocked ? record.timeToExpire : 0);
          blocked.push(record.isBlocked);
        }
        expect(blocked).toEqual([false, false, false, true, true]);
      },
    );

    it('tells whole seconds, rounded up', async () => {
      const { timeToExpire } = await increment(10 * MINUTE_MS, 3);
      expect(Number.isInteger(timeToExpire)).toBe(true);
      expect(timeToExpire).toBeGreaterThan(300);
      expect(timeToExpire).toBeLessThanOrEqual(600);
      expect(await counter.increment('b', 90, 3, 0, 'name')).toMatchObject({ timeToExpire: 1 });
    });

    it('counts in one place with `hit`', async () => {
      await counter.hit('a', MINUTE_MS, 3);
      expect(await increment(MINUTE_MS, 4)).toMatchObject({ totalHits: 4, isBlocked: false });
      expect(await counter.hit('a', MINUTE_MS, -2)).toMatchObject({ hits: 2 });
      expect(await increment(MINUTE_MS, 4)).toMatchObject({ totalHits: 3, isBlocked: false });
    });

    it('lets in again when the window has ended, however often it was refused and whatever blockDuration says', async () => {
      const refused = await increment(120, 0, 60 * MINUTE_MS);
      expect(refused).toMatchObject({ totalHits: 1, isBlocked: true, timeToExpire: 1, timeToBlockExpire: 1 });
      await eventually(async () => (await increment(120, 1, 60 * MINUTE_MS)).totalHits === 1);
    });

    it('with a ttl of 0 counts and blocks nothing', async () => {
      const record = { totalHits: 0, timeToExpire: 0, isBlocked: false, timeToBlockExpire: 0 };
      for (let i = 0; i < 3; i++) expect(await increment(0, 1)).toEqual(record);
      expect(await counter.peek('a')).toEqual({ hits: 0, resetMs: 0 });
    });
  });
}
