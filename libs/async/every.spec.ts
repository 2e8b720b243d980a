import { every, type Ticker } from './every.js';

describe('every', () => {
  let ticker: Ticker;
  let ticks: number;

  beforeEach(() => {
    jest.useFakeTimers();
    ticks = 0;
  });
  afterEach(async () => {
    await ticker.stop();
    jest.useRealTimers();
  });

  it('ticks at the same distance, until it is stopped', async () => {
    ticker = every(1000, () => ticks++);
    await jest.advanceTimersByTimeAsync(999);
    expect(ticks).toBe(0);
    await jest.advanceTimersByTimeAsync(4001);
    expect(ticks).toBe(5);
    await ticker.stop();
    await ticker.stop();
    await jest.advanceTimersByTimeAsync(5000);
    expect(ticks).toBe(5);
    expect(jest.getTimerCount()).toBe(0);
  });

  it('leaves ticks out while one is under way, and stopping waits for that one', async () => {
    let end = () => {};
    ticker = every(1000, () => {
      ticks++;
      return new Promise<void>((resolve) => (end = resolve));
    });
    await jest.advanceTimersByTimeAsync(3500);
    expect(ticks).toBe(1);
    end();
    await jest.advanceTimersByTimeAsync(1000);
    expect(ticks).toBe(2);
    let stopped = false;
    const stopping = ticker.stop().then(() => (stopped = true));
    await jest.advanceTimersByTimeAsync(5000);
    expect(stopped).toBe(false);
    end();
    await stopping;
    expect(ticks).toBe(2);
  });

  it('goes on after an error, thrown or rejected, and hands it over', async () => {
    const told: unknown[] = [];
    const failure = new Error('broken');
    const work = () => {
      if (++ticks === 1) throw failure;
      return ticks === 2 ? Promise.reject(failure) : undefined;
    };
    ticker = every(10, work, (error) => told.push(error));
    await jest.advanceTimersByTimeAsync(30);
    expect([ticks, told]).toEqual([3, [failure, failure]]);
  });
});
