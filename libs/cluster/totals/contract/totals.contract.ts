import { setTimeout as sleep } from 'node:timers/promises';
import { eventually } from '../../../../test/support/eventually.js';
import type { Figures, Totals } from '../totals.js';

export interface OpenedTotals {
  totals: Totals;
  /** That of another instance, over the same backend. */
  another(): Totals;
  close(): Promise<void>;
}

/**
 * What all Totals must do. `open` gives empty ones that fold after so much silence; `openBroken`: their backend does not
 * answer.
 */
export function totalsContract(
  name: string,
  open: (silenceMs?: number) => Promise<OpenedTotals>,
  openBroken?: () => Promise<OpenedTotals>,
): void {
  describe(`Totals: ${name}`, () => {
    let opened: OpenedTotals;
    let totals: Totals;

    beforeEach(async () => {
      opened = await open();
      totals = opened.totals;
    });
    afterEach(() => opened.close());

    const figures = (series: Record<string, number[]>): Figures => new Map(Object.entries(series));
    const sum = async (by = totals) => Object.fromEntries(await by.sum());

    it('sum up nothing at first', async () => {
      expect(await sum()).toEqual({});
    });

    it('sum up what all instances handed in last, series by series, number by number', async () => {
      const other = opened.another();
      expect(await totals.put('a', 1, figures({ x: [1, 2], only: [7] }))).toBe(true);
      expect(await other.put('b', 1, figures({ x: [10, 20], other: [0, 3] }))).toBe(true);
      expect(await totals.put('a', 2, figures({ x: [3, 4], only: [8] }))).toBe(true);
      const expected = { x: [13, 24], only: [8], other: [0, 3] };
      for (const one of [totals, other, opened.another()]) expect(await sum(one)).toEqual(expected);
    });

    it('let no late figures replace newer ones', async () => {
      await totals.put('a', 2, figures({ x: [5] }));
      expect(await totals.put('a', 1, figures({ x: [4] }))).toBe(true);
      expect(await sum()).toEqual({ x: [5] });
      expect(await totals.put('a', 2, figures({ x: [5] }))).toBe(true);
      expect(await sum()).toEqual({ x: [5] });
      expect(await totals.put('a', 10, figures({ x: [6] }))).toBe(true);
      expect(await totals.put('a', 9, figures({ x: [5] }))).toBe(true);
      expect(await sum()).toEqual({ x: [6] });
    });

    it('keep what those handed in who are gone, whether or not they said good-bye', async () => {
      await totals.put('killed', 1, figures({ x: [1] }));
      await opened.another().put('stopped', 1, figures({ x: [10] }));
      expect(await opened.another().putLast('stopped', 2, figures({ x: [20] }))).toBe(true);
      expect(await opened.another().putLast('short', 1, figures({ x: [300], y: [1] }))).toBe(true);
      expect(await sum()).toEqual({ x: [321], y: [1] });
    });

    it('take nothing more from who was folded', async () => {
      await totals.putLast('a', 1, figures({ x: [1] }));
      expect(await totals.put('a', 2, figures({ x: [2] }))).toBe(false);
      expect(await totals.putLast('a', 3, figures({ x: [3] }))).toBe(false);
      expect(await sum()).toEqual({ x: [1] });
      expect(await totals.put('another name', 1, figures({ x: [1] }))).toBe(true);
      expect(await sum()).toEqual({ x: [2] });
    });

    it('fold with late figures what is kept', async () => {
      await totals.put('a', 5, figures({ x: [5] }));
      expect(await totals.putLast('a', 4, figures({ x: [4] }))).toBe(true);
      expect(await sum()).toEqual({ x: [5] });
    });

    it('fold once, however many sum up at once and whoever was silent', async () => {
      const short = await open(40);
      try {
        const all = [short.totals, short.another(), short.another()];
        await all[0].put('a', 1, figures({ x: [1, 0, 5] }));
        await all[1].put('b', 1, figures({ x: [10] }));
        await eventually(async () => {
          await sleep(60);
          const sums = await Promise.all(Array.from({ length: 12 }, (_, i) => sum(all[i % 3])));
          for (const one of sums) expect(one).toEqual({ x: [11, 0, 5] });
          return !(await all[0].put('a', 1, figures({ x: [1, 0, 5] })));
        });
        expect(await sum(all[2])).toEqual({ x: [11, 0, 5] });
      } finally {
        await short.close();
      }
    });

    it('do not fold who goes on handing in', async () => {
      const short = await open(2000);
      try {
        for (let seq = 1; seq <= 10; seq++) {
          expect(await short.totals.put('a', seq, figures({ x: [seq] }))).toBe(true);
          expect(await sum(short.totals)).toEqual({ x: [seq] });
        }
      } finally {
        await short.close();
      }
    });

    it('never fall, while some hand in, some go and some sum up, and are exact in the end', async () => {
      const instances = Array.from({ length: 8 }, () => opened.another());
      let isOver = false;
      const life = instances.map(async (one, i) => {
        for (let n = 1; n <= 20; n++) await one.put(`${i}`, n, figures({ n: [n], [`${i}`]: [n, 2 * n] }));
        if (i % 2) await one.putLast(`${i}`, 21, figures({ n: [21], [`${i}`]: [21, 42] }));
      });
      const watch = [totals, opened.another()].map(async (one) => {
        let before = 0;
        while (!isOver) {
          const [n = 0] = (await one.sum()).get('n') ?? [];
          expect(n).toBeGreaterThanOrEqual(before);
          before = n;
        }
      });
      await Promise.all(life).finally(() => (isOver = true));
      await Promise.all(watch);
      const { n, ...each } = await sum();
      expect(n).toEqual([4 * 20 + 4 * 21]);
      expect(each).toEqual(Object.fromEntries(instances.map((_, i) => [i, i % 2 ? [21, 42] : [20, 40]])));
    });

    it('are exact up to 2^53 - 1, folded or not', async () => {
      const great = Number.MAX_SAFE_INTEGER - 10;
      await totals.put('a', 1, figures({ x: [great, 123_456_789_012_345] }));
      await totals.putLast('b', 1, figures({ x: [7, 1] }));
      await totals.putLast('c', 1, figures({ x: [1, 900_000_000_000_001] }));
      expect(await sum()).toEqual({ x: [great + 8, 1_023_456_789_012_347] });
      await totals.putLast('a', 2, figures({ x: [great, 123_456_789_012_345] }));
      expect(await sum()).toEqual({ x: [great + 8, 1_023_456_789_012_347] });
    });

    it('tell apart whatever series and instances are called', async () => {
      const names = ['', ' ', 'a', 'A', '1:a', ':', 'a{"le":"0.1"}', '__proto__', 'constructor', '“Ж”\n漢字', '"\\'];
      for (const [i, instance] of names.entries()) {
        await totals.put(instance, 1, new Map(names.map((series, j) => [series, [i, j]])));
      }
      const expected = new Map(names.map((series, j) => [series, [55, 11 * j]]));
      expect(await totals.sum()).toEqual(expected);
      for (const instance of names) await totals.putLast(instance, 0, new Map());
      expect(await totals.sum()).toEqual(expected);
    });

    it('take many series: those of a hundred instances with 150 histograms each', async () => {
      const series = Array.from({ length: 150 }, (_, i) => `histogram_seconds/abcdef{"method":"GET","route":"/${i}"}`);
      const one: Figures = new Map(series.map((text, i) => [text, Array.from({ length: 14 }, (_, j) => i * j)]));
      for (let i = 0; i < 100; i++) await totals.put(`${i}`, 1, one);
      const all = await totals.sum();
      expect([all.size, all.get(series[149])![13]]).toEqual([150, 149 * 13 * 100]);
    });

    it('keep what was handed in, whatever becomes of the map', async () => {
      const mine = figures({ x: [1] });
      await totals.put('a', 1, mine);
      mine.get('x')![0] = 5;
      mine.set('y', [1]);
      (await totals.sum()).get('x')![0] = 9;
      expect(await sum()).toEqual({ x: [1] });
    });

    it('close any number of times', async () => {
      await Promise.all([totals.close(), totals.close()]);
      await totals.close();
    });

    if (!openBroken) return;
    it('reject with dependency_down where the backend does not answer', async () => {
      const broken = await openBroken();
      const one = figures({ x: [1] });
      const calls = [
        () => broken.totals.put('a', 1, one),
        () => broken.totals.putLast('a', 1, one),
        () => broken.totals.sum(),
      ];
      for (const call of calls) await expect(call()).rejects.toMatchObject({ code: 'dependency_down', status: 503 });
      await broken.totals.close();
      await broken.close();
    });
  });
}
