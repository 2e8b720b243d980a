import { eventually } from '../../../../test/support/eventually.js';
import type { HitCounter, WindowState } from '../hit-counter.js';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
/** How much clocks may differ. */
const SLACK_MS = 5;
const CLOSED: WindowState = { hits: 0, resetMs: 0 };

/** When windows open and end: part of `hitCounterContract`. */
export function hitCounterWindowContract(opened: () => HitCounter): void {
  let counter: HitCounter;
  beforeEach(() => {
    counter = opened();
  });
  const isClosed = (key: string) => eventually(async () => (await counter.peek(key)).resetMs === 0);
  /** Until a window of so many ms has come and gone. */
  const passes = async (ms: number) => {
    await counter.hit('probe', ms);
    await isClosed('probe');
  };

  describe('a window', () => {
    it('counts from 1, and tells when it ends', async () => {
      for (let hits = 1; hits <= 5; hits++) {
        const state = await counter.hit('a', HOUR_MS);
        expect(state.hits).toBe(hits);
        expect(state.resetMs).toBeGreaterThan(HOUR_MS / 2);
        expect(state.resetMs).toBeLessThanOrEqual(HOUR_MS);
      }
      const state = await counter.peek('a');
      expect(state.hits).toBe(5);
      expect(state.resetMs).toBeLessThanOrEqual(HOUR_MS);
    });

    it('is fixed: it ends when it was to end, however many hits come', async () => {
      const windowMs = 200;
      const first = Date.now();
      await counter.hit('a', windowMs);
      const latestEnd = Date.now() + windowMs;
      for (let hits = 2; ; hits++) {
        await new Promise((resolve) => setTimeout(resolve, 5));
        const now = Date.now();
        const state = await counter.hit('a', windowMs);
        if (state.hits === 1) break;
        expect(state.hits).toBe(hits);
        expect(now + state.resetMs).toBeLessThanOrEqual(latestEnd + SLACK_MS);
        expect(Date.now() + state.resetMs).toBeGreaterThanOrEqual(first + windowMs - SLACK_MS);
      }
      expect(Date.now() - first).toBeGreaterThanOrEqual(windowMs - SLACK_MS);
    });

    it('that has ended is as if it never was', async () => {
      const from = Date.now();
      await counter.hit('a', 60, 7);
      await isClosed('a');
      expect(Date.now() - from).toBeGreaterThanOrEqual(60 - SLACK_MS);
      expect(await counter.peek('a')).toEqual(CLOSED);
      expect(await counter.hit('a', HOUR_MS, -1)).toEqual(CLOSED);
      expect(await counter.peek('a')).toEqual(CLOSED);
      expect((await counter.hit('a', HOUR_MS, 2)).hits).toBe(2);
    });

    it('keeps its end, whatever a later hit says', async () => {
      await counter.hit('short', 80);
      await counter.hit('long', DAY_MS);
      const { hits, resetMs } = await counter.hit('short', DAY_MS);
      expect([1, 2]).toContain(hits);
      if (hits === 2) expect(resetMs).toBeLessThanOrEqual(80);
      expect((await counter.hit('long', 20)).resetMs).toBeGreaterThan(HOUR_MS);
      await passes(80);
      const long = await counter.peek('long');
      expect(long.hits).toBe(2);
      expect(long.resetMs).toBeGreaterThan(HOUR_MS);
    });

    it('is neither opened nor counted in by looking', async () => {
      expect(await counter.peek('a')).toEqual(CLOSED);
      await counter.hit('a', HOUR_MS);
      for (let i = 0; i < 3; i++) expect((await counter.peek('a')).hits).toBe(1);
      expect((await counter.hit('a', HOUR_MS)).hits).toBe(2);
    });

    it.each([0, -1, -30 * DAY_MS])('of %d ms counts nothing', async (windowMs) => {
      expect(await counter.hit('a', windowMs)).toEqual(CLOSED);
      expect(await counter.hit('a', windowMs, 5)).toEqual(CLOSED);
      expect(await counter.peek('a')).toEqual(CLOSED);
      await counter.hit('a', HOUR_MS);
      expect(await counter.hit('a', windowMs)).toEqual(CLOSED);
      expect((await counter.peek('a')).hits).toBe(1);
    });

    it('may be as short as 1 ms', async () => {
      const { hits, resetMs } = await counter.hit('a', 1);
      expect(hits).toBe(1);
      expect(resetMs).toBeLessThanOrEqual(1);
      await isClosed('a');
    });

    it.each([25, 26, 400])('may be as long as %d days', async (days) => {
      await counter.hit('a', days * DAY_MS);
      await passes(30);
      const { hits, resetMs } = await counter.hit('a', days * DAY_MS);
      expect(hits).toBe(2);
      expect(resetMs).toBeGreaterThan(days * DAY_MS - HOUR_MS);
      expect(resetMs).toBeLessThanOrEqual(days * DAY_MS);
    });
  });
}
