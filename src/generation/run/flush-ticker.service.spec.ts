import { FlushTicker, type Writer } from './flush-ticker.service.js';

/** Has text after each batch again, as one whose model is quick. */
class Busy implements Writer {
  flushedAt = -Infinity;
  readonly pauses: number[] = [];

  constructor(
    private readonly ticker: FlushTicker,
    private readonly hasMore = true,
  ) {}

  flush(): void {
    const now = performance.now();
    this.pauses.push(now - this.flushedAt);
    this.flushedAt = now;
    if (this.hasMore) this.ticker.add(this);
  }
}

describe('FlushTicker', () => {
  let ticker: FlushTicker;

  beforeEach(() => {
    jest.useFakeTimers();
    ticker = new FlushTicker();
  });
  afterEach(() => jest.useRealTimers());

  /** After how many ms each of so many writes again, all of which always have text. */
  const pauseOf = (count: number): number => {
    const writers = Array.from({ length: count }, () => new Busy(ticker));
    for (const writer of writers) ticker.add(writer);
    jest.advanceTimersByTime(1000);
    const pauses = new Set(writers.flatMap((writer) => writer.pauses.slice(1)));
    expect(pauses.size).toBe(1);
    return [...pauses][0];
  };

  it('flushes a writer once, however often it has text', () => {
    const writer = new Busy(ticker, false);
    for (let i = 0; i < 3; i++) ticker.add(writer);
    jest.advanceTimersByTime(10);
    expect(writer.pauses).toHaveLength(1);
    expect(jest.getTimerCount()).toBe(0);
  });

  it.each([
    [1, 30],
    [36, 30],
    [72, 60],
    [1000, 80],
  ])('where %d always have text, each writes every %d ms', (count, ms) => {
    expect(pauseOf(count)).toBe(ms);
  });

  it('has a beat for each, from when it wrote the last time', () => {
    const first = new Busy(ticker);
    const second = new Busy(ticker);
    ticker.add(first);
    jest.advanceTimersByTime(10);
    jest.advanceTimersByTime(10);
    ticker.add(second);
    jest.advanceTimersByTime(10);
    expect([first.pauses.length, second.pauses.length]).toEqual([1, 1]);
    jest.advanceTimersByTime(10);
    expect([first.pauses.length, second.pauses.length]).toEqual([2, 1]);
    jest.advanceTimersByTime(20);
    expect([first.pauses.length, second.pauses.length]).toEqual([2, 2]);
  });

  it('looks again soon where a writer could not write', () => {
    const writer: Writer = { flushedAt: -Infinity, flush: jest.fn(() => ticker.add(writer)) };
    ticker.add(writer);
    jest.advanceTimersByTime(30);
    expect(writer.flush).toHaveBeenCalledTimes(3);
  });
});
