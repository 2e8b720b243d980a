import { StartRate } from './start-rate.js';

describe('StartRate', () => {
  beforeEach(() => jest.useFakeTimers());
  afterEach(() => jest.useRealTimers());

  it.each([-3_600_000, 3_600_000])('counts on when the clock is set by %d ms', (ms) => {
    const rate = new StartRate();
    for (let i = 0; i < 20; i++) rate.count();
    jest.setSystemTime(Date.now() + ms);
    rate.count();
    expect(rate.perSecond).toBe(2.1);
    jest.advanceTimersByTime(10_000);
    expect(rate.perSecond).toBe(0);
  });
});
