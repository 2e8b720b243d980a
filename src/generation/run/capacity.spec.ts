import { nextLimit, type Strain } from './capacity.js';

const MOST = 1000;
const strain = (change: Partial<Strain> = {}): Strain => ({ lateMs: 1, savedAgoMs: 900, running: 100, ...change });
/** The limit after so many turns under the same strain. */
const after = (turns: number, limit: number, change: Partial<Strain>, most = MOST) =>
  Array.from({ length: turns }).reduce<number>((now) => nextLimit(now, strain(change), most), limit);

describe('how many answers a process writes at once', () => {
  it('is what is configured, while all is well', () => {
    expect(after(1, MOST, {})).toBe(MOST);
    expect(after(100, MOST, { running: MOST })).toBe(MOST);
  });

  it.each([
    ['its event loop is late', { lateMs: 500 }],
    ['its saves are old', { savedAgoMs: 2500 }],
  ])('is no more than there are, where %s', (_, change) => {
    expect(after(1, MOST, change)).toBe(100);
    // What has ended meanwhile may be replaced.
    expect(after(10, MOST, change)).toBe(100);
    expect(after(1, 50, change)).toBe(50);
  });

  it.each([
    ['its event loop is very late', { lateMs: 2000 }],
    ['nothing is saved any more', { savedAgoMs: 4000 }],
  ])('is less than there are, where %s', (_, change) => {
    expect(after(1, MOST, change)).toBe(90);
    expect(after(1, 90, { ...change, running: 90 })).toBe(81);
  });

  it('is never nothing: what is late for other reasons goes on', () => {
    expect(after(100, MOST, { lateMs: 60_000, running: 0 })).toBe(8);
    expect(after(100, MOST, { lateMs: 500, running: 0 })).toBe(8);
    expect(after(100, 3, { lateMs: 60_000, running: 0 }, 3)).toBe(3);
  });

  it('becomes more step by step when it is well again, up to what is configured', () => {
    expect(after(1, 8, {})).toBe(10);
    expect(after(4, 100, {})).toBeLessThan(300);
    expect(after(40, 8, {})).toBe(MOST);
    expect(after(40, 8, {}, 20)).toBe(20);
  });
});
