import { FlushTicker } from './flush-ticker.js';

describe('FlushTicker', () => {
  let ticker: FlushTicker;
  let flushed: number;

  beforeEach(() => {
    jest.useFakeTimers();
    ticker = new FlushTicker();
    flushed = 0;
  });
  afterEach(() => jest.useRealTimers());

  /** So many have text; after how many ms it is flushed. */
  const pauseOf = (writers: number): number => {
    const began = Date.now();
    const before = flushed;
    for (let i = 0; i < writers; i++) ticker.add({ flush: () => flushed++ });
    jest.advanceTimersToNextTimer();
    expect(flushed - before).toBe(writers);
    expect(jest.getTimerCount()).toBe(0);
    return Date.now() - began;
  };

  it('flushes a writer once, however often it has text', () => {
    const writer = { flush: jest.fn() };
    for (let i = 0; i < 3; i++) ticker.add(writer);
    jest.runAllTimers();
    expect(writer.flush).toHaveBeenCalledTimes(1);
  });

  it('waits by how many had text the last time: longer for many, never long', () => {
    expect([1, 50, 100, 1000, 1, 1].map(pauseOf)).toEqual([25, 25, 25, 50, 75, 25]);
  });

  it('takes what comes while it flushes the next time', () => {
    const late = { flush: jest.fn() };
    ticker.add({ flush: () => ticker.add(late) });
    jest.advanceTimersByTime(25);
    expect(late.flush).not.toHaveBeenCalled();
    jest.advanceTimersByTime(25);
    expect(late.flush).toHaveBeenCalledTimes(1);
  });
});
