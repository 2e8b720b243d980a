import { retry, type RetryPolicy } from './retry.js';

beforeEach(() => jest.useFakeTimers());
afterEach(() => jest.useRealTimers());

const away = new Error('away');
const AWAY: RetryPolicy = { again: (error) => error === away, pauseMs: 100 };

describe('retry', () => {
  let at: number[];

  /** Fails `times`, and notes when it was tried. */
  const work = (times: number) => async () => {
    at.push(performance.now());
    if (at.length <= times) throw away;
    return 'held';
  };
  const afterStart = () => at.map((time) => Math.round(time - at[0]));
  /** What came of it, for as long as fake time passes. */
  const settled = async <T>(promise: Promise<T>, ms: number) => {
    let outcome: unknown = 'pending';
    promise.then(
      (value) => (outcome = value),
      (error: unknown) => (outcome = error),
    );
    await jest.advanceTimersByTimeAsync(ms);
    return outcome;
  };

  beforeEach(() => (at = []));

  it('tries again after the same pause, for ever', async () => {
    expect(await settled(retry(work(1000), AWAY), 99_999)).toBe('pending');
    expect(afterStart().slice(0, 4)).toEqual([0, 100, 200, 300]);
    await jest.advanceTimersByTimeAsync(1);
    expect(at).toHaveLength(1001);
    expect(jest.getTimerCount()).toBe(0);
  });

  it('or after pauses that double up to the longest', async () => {
    expect(await settled(retry(work(5), { ...AWAY, longestPauseMs: 400 }), 2000)).toBe('held');
    expect(afterStart()).toEqual([0, 100, 300, 700, 1100, 1500]);
  });

  it('passes every other error at once', async () => {
    const other = new Error('other');
    expect(
      await settled(
        retry(() => Promise.reject(other), AWAY),
        0,
      ),
    ).toBe(other);
  });

  it.each([
    [0, [0]],
    [100, [0]],
    [101, [0, 100]],
    [250, [0, 100, 200]],
  ])('begins no attempt later than %d ms after the first', async (forMs, expected) => {
    expect(await settled(retry(work(9), { ...AWAY, forMs }), 1000)).toBe(away);
    expect(afterStart()).toEqual(expected);
  });

  it('counts the time by a clock that nobody sets', async () => {
    const found = retry(work(9), { ...AWAY, forMs: 250 });
    jest.setSystemTime(Date.now() - 3_600_000);
    expect(await settled(found, 1000)).toBe(away);
  });

  it('stops waiting when it is told to, with the last error', async () => {
    const control = new AbortController();
    const found = retry(work(9), AWAY, control.signal);
    expect(await settled(found, 150)).toBe('pending');
    control.abort();
    expect(await settled(found, 0)).toBe(away);
    expect(at).toHaveLength(2);
    expect(jest.getTimerCount()).toBe(0);
  });

  it('makes one attempt where it was told before', async () => {
    expect(await settled(retry(work(9), AWAY, AbortSignal.abort()), 1000)).toBe(away);
    expect(at).toHaveLength(1);
  });
});
