import { Rate } from './rate.js';
import { Recent } from './recent.js';

describe('Recent', () => {
  let now = 0;
  const recent = () => new Recent(() => now);
  beforeEach(() => (now = 1_000_000));

  it('has no quantiles where nothing was measured', () => {
    expect(recent().quantiles()).toEqual({ count: 0, p50: null, p95: null });
  });

  it('takes the nearest rank', () => {
    const values = recent();
    values.add(5);
    expect(values.quantiles()).toEqual({ count: 1, p50: 5, p95: 5 });
    for (let i = 100; i >= 1; i--) if (i !== 5) values.add(i);
    expect(values.quantiles()).toEqual({ count: 100, p50: 50, p95: 95 });
  });

  it('forgets after a minute', () => {
    const values = recent();
    values.add(1);
    now += 30_000;
    values.add(2);
    now += 29_999;
    expect(values.quantiles().count).toBe(2);
    now += 1;
    expect(values.quantiles()).toEqual({ count: 1, p50: 2, p95: 2 });
    now += 60_000;
    expect(values.quantiles().count).toBe(0);
  });

  it('keeps the last 1,024 of very many', () => {
    const values = recent();
    for (let i = 1; i <= 5000; i++) values.add(i);
    expect(values.quantiles()).toEqual({ count: 1024, p50: 5000 - 512, p95: 5000 - 51 });
  });
});

describe('Rate', () => {
  it('counts the ten seconds that are over, and not the present one', () => {
    let now = 5000;
    const rate = new Rate(() => now);
    for (let i = 0; i < 20; i++) rate.count();
    expect(rate.perSecond).toBe(0);
    now += 1000;
    expect(rate.perSecond).toBe(2);
    for (let i = 0; i < 10; i++) rate.count();
    expect(rate.perSecond).toBe(2);
    now += 1000;
    expect(rate.perSecond).toBe(3);
    now += 8999;
    expect(rate.perSecond).toBe(3);
    now += 1;
    expect(rate.perSecond).toBe(1);
    now += 3_600_000;
    expect(rate.perSecond).toBe(0);
  });
});
