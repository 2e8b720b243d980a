import { eventually } from '../../../../test/support/eventually.js';
import type { Leases } from '../leases.js';

const DAY_MS = 86_400_000;
/** How much clocks may differ. */
const SLACK_MS = 5;

type Opened = { leases: Leases; close(): Promise<void> };

/** Ages and ends of leases: part of `leasesContract`. */
export function leasesTimeContract(opened: () => Leases, open: (lifeMs: number) => Promise<Opened>): void {
  let leases: Leases;
  let others: Opened[];
  beforeEach(() => {
    leases = opened();
    others = [];
  });
  afterEach(async () => {
    for (const other of others) await other.close();
  });
  /** Some that end so many ms after they were last taken. */
  const lasting = async (lifeMs: number): Promise<Leases> => {
    const other = await open(lifeMs);
    others.push(other);
    return other.leases;
  };
  const older = async (of: Leases, ms: number, limit = 100) =>
    (await of.olderThan(ms, limit)).map(({ id }) => id).join(' ');

  describe('those older than', () => {
    it('0 ms are all, oldest first, as many as asked for', async () => {
      for (const [i, id] of ['c', 'a', 'd', 'b'].entries()) {
        await leases.take(`user ${i % 2}`, id, 5);
        // Each must be older than the next, and seen to be.
        await eventually(async () => (await leases.olderThan(15, 100)).length === i + 1);
      }
      expect(await older(leases, 0)).toBe('c a d b');
      expect(await older(leases, 0, 2)).toBe('c a');
      expect(await older(leases, 0, 0)).toBe('');
      const [first, second] = await leases.olderThan(0, 2);
      expect(first).toEqual({ holder: 'user 0', id: 'c', sinceMs: expect.any(Number) });
      expect(second).toEqual({ holder: 'user 1', id: 'a', sinceMs: expect.any(Number) });
      expect(first.sinceMs).toBeGreaterThanOrEqual(second.sinceMs);
    });

    it('an age are there when they have reached it, not before', async () => {
      const from = Date.now();
      await leases.take('user', 'a', 5);
      expect(await older(leases, DAY_MS)).toBe('');
      const { sinceMs } = await eventually(async () => (await leases.olderThan(60, 10))[0]);
      expect(sinceMs).toBeGreaterThanOrEqual(60);
      expect(sinceMs).toBeLessThanOrEqual(Date.now() - from + SLACK_MS);
    });

    it.each(['renew', 'take'] as const)('an age leave out what was made new by `%s`', async (how) => {
      await leases.take('user', 'a', 5);
      await leases.take('user', 'b', 5);
      await eventually(async () => (await older(leases, 80)).length === 3);
      const before = Date.now();
      await (how === 'renew' ? leases.renew('user', 'a') : leases.take('user', 'a', 0));
      const [oldest, youngest] = await leases.olderThan(0, 10);
      expect([oldest.id, youngest.id]).toEqual(['b', 'a']);
      expect(youngest.sinceMs).toBeLessThanOrEqual(Date.now() - before + SLACK_MS);
      expect(oldest.sinceMs).toBeGreaterThanOrEqual(80);
    });
  });

  describe('a lease that has run out', () => {
    it('leaves its place to others, and not before', async () => {
      const brief = await lasting(120);
      const from = Date.now();
      await brief.take('user', 'a', 1);
      await eventually(() => brief.take('user', 'b', 1));
      expect(Date.now() - from).toBeGreaterThanOrEqual(120 - SLACK_MS);
      expect(await older(brief, 0)).toBe('b');
    });

    it('is no longer counted or told, and not renewed', async () => {
      const brief = await lasting(80);
      await brief.take('user', 'a', 5);
      await brief.take('other', 'a', 5);
      await eventually(async () => (await brief.count('user')) + (await brief.count('other')) === 0);
      expect(await older(brief, 0)).toBe('');
      await brief.renew('user', 'a');
      expect(await brief.count('user')).toBe(0);
      expect(await brief.take('user', 'b', 1)).toBe(true);
    });

    it.each(['renew', 'take'] as const)('ran from when it was last made new by `%s`', async (how) => {
      const brief = await lasting(1000);
      let taken: number;
      let from: number;
      // Once more where the machine was so slow that the lease may have run out before.
      do {
        taken = Date.now();
        await brief.take('user', 'a', 1);
        await eventually(async () => (await older(brief, 200)) === 'a');
        from = Date.now();
        await (how === 'renew' ? brief.renew('user', 'a') : brief.take('user', 'a', 1));
      } while (Date.now() - taken > 900);
      await eventually(async () => (await brief.count('user')) === 0);
      expect(Date.now() - from).toBeGreaterThanOrEqual(1000 - SLACK_MS);
    });

    it.each([26, 400])('did so after as long as %d days', async (days) => {
      const [long, brief] = [await lasting(days * DAY_MS), await lasting(60)];
      await long.take('user', 'a', 1);
      await brief.take('probe', 'a', 1);
      await eventually(async () => (await brief.count('probe')) === 0);
      expect(await long.take('user', 'b', 1)).toBe(false);
      expect(await older(long, 0)).toBe('a');
    });
  });
}
