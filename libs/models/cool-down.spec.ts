import { CoolDown } from './cool-down.js';

describe('CoolDown', () => {
  let now: number;
  let one: CoolDown;
  beforeEach(() => {
    now = 1000;
    jest.spyOn(performance, 'now').mockImplementation(() => now);
    one = new CoolDown();
  });
  afterEach(() => jest.restoreAllMocks());

  it('rests longer with each failure that follows another, and not for ever', () => {
    const rests = Array.from({ length: 7 }, () => {
      now += one.leftMs;
      return one.failed(now);
    });
    expect(rests).toEqual([10_000, 20_000, 40_000, 80_000, 120_000, 120_000, 120_000]);
    now += 119_999;
    expect(one.leftMs).toBe(1);
    now += 1;
    expect(one.leftMs).toBe(0);
  });

  it('rests as long as it asks for, within bounds', () => {
    expect(one.failed(now, 45_000)).toBe(45_000);
    one.worked(now);
    expect(one.failed(now, 0)).toBe(1000);
    one.worked(now);
    expect(one.failed(now, 86_400_000)).toBe(600_000);
  });

  it('takes many calls that fail together for one failure', () => {
    const sent = now;
    now += 10;
    one.failed(sent);
    now += 10;
    expect(one.failed(sent)).toBe(9990);
    expect(one.failed(sent, 30_000)).toBe(30_000);
    now += 30_000;
    expect(one.failed(now)).toBe(20_000);
  });

  it('is well again once it answers, but not by what was sent before it failed', () => {
    const sent = now;
    now += 10;
    one.failed(now);
    one.worked(sent);
    expect(one.leftMs).toBe(10_000);
    one.worked(now);
    expect(one.leftMs).toBe(0);
    now += 10;
    expect(one.failed(now)).toBe(10_000);
  });
});
