import { TotalsReporter } from './totals-reporter.js';
import { MemoryTotals, TotalsMemory } from './memory/totals.js';
import type { Figures } from './totals.js';

describe('TotalsReporter', () => {
  let memory: TotalsMemory;
  let totals: MemoryTotals;
  let count: number;
  const read = async (): Promise<Figures> => new Map([['x', [count]]]);
  const sum = async () => (await totals.sum()).get('x')?.[0];

  beforeEach(() => {
    memory = new TotalsMemory();
    totals = new MemoryTotals(memory);
    count = 0;
  });

  it('hands in the figures of the moment, also to who asks while others are under way', async () => {
    const reporter = new TotalsReporter(totals, read);
    count = 1;
    const first = reporter.report();
    count = 2;
    const rest = [reporter.report(), reporter.report(), reporter.report()];
    count = 3;
    await Promise.all([first, ...rest]);
    expect(await sum()).toBe(3);
    await reporter.report();
    expect(await sum()).toBe(3);
  });

  it('never hands in two at once, and many who wait share one', async () => {
    let [under, most, puts] = [0, 0, 0];
    const put = totals.put.bind(totals);
    totals.put = async (...args) => {
      most = Math.max(most, ++under);
      puts++;
      await new Promise((resolve) => setImmediate(resolve));
      under--;
      return put(...args);
    };
    const reporter = new TotalsReporter(totals, read);
    await Promise.all(Array.from({ length: 50 }, () => reporter.report()));
    expect([most, puts]).toEqual([1, 2]);
  });

  it('goes on with what came since, where it was taken for gone', async () => {
    const reporter = new TotalsReporter(totals, read, 'a');
    count = 10;
    await reporter.report();
    // As an hour's silence does.
    await totals.putLast('a', 0, new Map());
    expect(await sum()).toBe(10);
    for (count = 12; count < 15; count++) {
      await reporter.report();
      expect(await sum()).toBe(count);
    }
    await reporter.close();
    expect(await sum()).toBe(15);
  });

  it('closes with its last figures, and may count on', async () => {
    const reporter = new TotalsReporter(totals, read);
    count = 1;
    const under = reporter.report();
    count = 4;
    await reporter.close();
    await under;
    expect(await sum()).toBe(4);
    count = 6;
    await reporter.report();
    await reporter.report();
    expect(await sum()).toBe(6);
    expect(memory.entries.size).toBe(1);
  });

  it('tells a failure, and is right again with the next', async () => {
    const reporter = new TotalsReporter(totals, read);
    const put = totals.put;
    totals.put = () => Promise.reject(new Error('away'));
    count = 3;
    const [first, second] = [reporter.report(), reporter.report()];
    await expect(first).rejects.toThrow('away');
    await expect(second).rejects.toThrow('away');
    totals.put = put;
    await reporter.report();
    expect(await sum()).toBe(3);
  });
});
