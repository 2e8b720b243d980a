import { hitCounterContract } from '../contract/hit-counter.contract.js';
import { MemoryHitCounter } from './hit-counter.js';

const DAY_MS = 86_400_000;

hitCounterContract('memory', async () => {
  const counter = new MemoryHitCounter();
  return { counter, another: () => counter, close: () => counter.close() };
});

/** So much later, without a timer that fires. */
const passes = (ms: number) => jest.spyOn(performance, 'now').mockReturnValue(performance.now() + ms);

describe('MemoryHitCounter', () => {
  let counter: MemoryHitCounter;
  beforeEach(() => {
    jest.useFakeTimers();
    counter = new MemoryHitCounter();
  });
  afterEach(async () => {
    await counter.close();
    jest.restoreAllMocks();
    jest.useRealTimers();
  });

  it.each([1, 1000, 26 * DAY_MS, 400 * DAY_MS])('ends a window of %d ms to the millisecond', async (windowMs) => {
    await counter.hit('a', windowMs);
    passes(windowMs - 1);
    expect(await counter.hit('a', windowMs)).toEqual({ hits: 2, resetMs: 1 });
    passes(1);
    expect(await counter.peek('a')).toEqual({ hits: 0, resetMs: 0 });
    expect(await counter.hit('a', windowMs)).toEqual({ hits: 1, resetMs: windowMs });
  });

  it('holds nobody up for longer when the clock is set back', async () => {
    await counter.hit('a', 1000);
    jest.setSystemTime(Date.now() - DAY_MS);
    passes(1000);
    expect(await counter.peek('a')).toEqual({ hits: 0, resetMs: 0 });
  });

  it('rounds seconds up', async () => {
    expect(await counter.increment('a', 1001, 1, 0, 'name')).toMatchObject({ timeToExpire: 2 });
    passes(1);
    expect(await counter.increment('a', 1001, 1, 0, 'name')).toMatchObject({ timeToExpire: 1, timeToBlockExpire: 1 });
  });

  it('forgets windows that have ended, though nobody asks again', async () => {
    for (let i = 0; i < 100; i++) await counter.hit(`short ${i}`, 1000);
    await counter.hit('long', DAY_MS);
    await jest.advanceTimersByTimeAsync(40_000);
    expect((counter as unknown as { windows: Map<string, unknown> }).windows.size).toBe(1);
    expect((await counter.peek('long')).hits).toBe(1);
  });

  it('has one timer, and none once closed', async () => {
    await counter.hit('a', 400 * DAY_MS);
    expect(jest.getTimerCount()).toBe(1);
    await counter.close();
    expect(jest.getTimerCount()).toBe(0);
  });
});
