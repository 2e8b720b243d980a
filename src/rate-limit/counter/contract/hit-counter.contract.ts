import { hitCounterIncrementContract } from './hit-counter-increment.contract.js';
import { hitCounterWindowContract } from './hit-counter-window.contract.js';
import type { HitCounter, WindowState } from '../hit-counter.js';

const HOUR_MS = 3_600_000;
const CLOSED: WindowState = { hits: 0, resetMs: 0 };

export interface OpenedCounter {
  counter: HitCounter;
  /** What another instance of the product has, over the same backend; the same one where instances share nothing. */
  another(): HitCounter;
  close(): Promise<void>;
}

/** What every HitCounter must do. `open` gives one that has counted nothing; `openBroken`: its backend does not answer. */
export function hitCounterContract(
  name: string,
  open: () => Promise<OpenedCounter>,
  openBroken?: () => Promise<OpenedCounter>,
): void {
  describe(`HitCounter: ${name}`, () => {
    let opened: OpenedCounter;
    let counter: HitCounter;

    beforeEach(async () => {
      opened = await open();
      counter = opened.counter;
    });
    afterEach(() => opened.close());

    hitCounterWindowContract(() => counter);
    hitCounterIncrementContract(() => counter);

    describe('amounts', () => {
      it('are added, small and large', async () => {
        expect((await counter.hit('a', HOUR_MS, 3)).hits).toBe(3);
        expect((await counter.hit('a', HOUR_MS, 2_000_000_000)).hits).toBe(2_000_000_003);
        expect((await counter.hit('a', HOUR_MS, 3_000_000_000)).hits).toBe(5_000_000_003);
        expect((await counter.peek('a')).hits).toBe(5_000_000_003);
      });

      it('that are negative give back, never below 0, and leave the window open', async () => {
        await counter.hit('a', HOUR_MS, 3);
        expect((await counter.hit('a', HOUR_MS, -1)).hits).toBe(2);
        const { hits, resetMs } = await counter.hit('a', HOUR_MS, -10);
        expect(hits).toBe(0);
        expect(resetMs).toBeGreaterThan(HOUR_MS / 2);
        expect((await counter.peek('a')).resetMs).toBeGreaterThan(HOUR_MS / 2);
        expect((await counter.hit('a', HOUR_MS)).hits).toBe(1);
      });

      it.each([0, -1, -5])('of %d open no window', async (amount) => {
        expect(await counter.hit('a', HOUR_MS, amount)).toEqual(CLOSED);
        expect(await counter.peek('a')).toEqual(CLOSED);
      });

      it('of 0 leave an open one as it is', async () => {
        await counter.hit('a', HOUR_MS, 3);
        expect((await counter.hit('a', HOUR_MS, 0)).hits).toBe(3);
      });
    });

    describe('many at once', () => {
      const numbers = Array.from({ length: 100 }, (_, i) => i + 1);

      it('are each counted once, over all instances, in one window', async () => {
        const instances = [counter, opened.another(), opened.another()];
        const states = await Promise.all(numbers.map((i) => instances[i % 3].hit('a', HOUR_MS)));
        expect(states.map(({ hits }) => hits).sort((a, b) => a - b)).toEqual(numbers);
        for (const instance of instances) expect((await instance.peek('a')).hits).toBe(100);
      });

      it('that give back never go below 0, nor lose a hit', async () => {
        const other = opened.another();
        await counter.hit('a', HOUR_MS, 50);
        await Promise.all(numbers.map((i) => (i % 2 ? counter : other).hit('a', HOUR_MS, -1)));
        expect((await counter.peek('a')).hits).toBe(0);
        await Promise.all(numbers.map((i) => (i % 2 ? counter : other).hit('a', HOUR_MS, i % 2 ? 3 : 2)));
        expect((await counter.peek('a')).hits).toBe(250);
      });
    });

    it('keeps keys apart', async () => {
      const keys = [
        '',
        ' ',
        'a',
        'A',
        'a:b',
        'a*',
        '*',
        '{a}',
        '__proto__',
        'constructor',
        '“Ж”\n漢字',
        'x'.repeat(500),
      ];
      for (const [i, key] of keys.entries()) await counter.hit(key, HOUR_MS, i + 1);
      for (const [i, key] of keys.entries()) expect([key, (await counter.peek(key)).hits]).toEqual([key, i + 1]);
      await counter.hit('a', HOUR_MS, -100);
      expect((await counter.peek('a:b')).hits).toBe(5);
    });

    it('closes any number of times', async () => {
      await counter.hit('a', HOUR_MS);
      await Promise.all([counter.close(), counter.close()]);
      await counter.close();
    });

    if (!openBroken) return;
    it('rejects with dependency_down where the backend does not answer', async () => {
      const broken = await openBroken();
      const calls: Array<() => Promise<unknown>> = [
        () => broken.counter.hit('a', HOUR_MS),
        () => broken.counter.hit('a', HOUR_MS, -1),
        () => broken.counter.peek('a'),
        () => broken.counter.increment('a', HOUR_MS, 1, 0, 'name'),
      ];
      for (const call of calls) await expect(call()).rejects.toMatchObject({ code: 'dependency_down', status: 503 });
      await broken.close();
    });
  });
}
