import { nextLimit, type Strain } from './capacity.service.js';

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
    ['its event loop is late', { lateMs: 600 }],
    ['its event loop is very late', { lateMs: 60_000 }],
    ['its saves are old', { savedAgoMs: 2500 }],
  ])('is hardly more than there are, where %s', (_, change) => {
    expect(after(1, MOST, change)).toBe(125);
    // What has ended meanwhile may be replaced: it does not sink with each that ends.
    expect(after(10, MOST, change)).toBe(125);
    expect(after(10, 110, change)).toBe(110);
  });

  it('is less than there are, where nothing is saved any more', () => {
    expect(after(1, MOST, { savedAgoMs: 4000 })).toBe(90);
    expect(after(1, 90, { savedAgoMs: 4000, running: 90 })).toBe(81);
  });

  it('is never nothing: what is late for other reasons goes on', () => {
    expect(after(100, MOST, { lateMs: 60_000, running: 0 })).toBe(64);
    expect(after(100, MOST, { savedAgoMs: 60_000, running: 0 })).toBe(64);
    expect(after(100, 3, { lateMs: 60_000, running: 0 }, 3)).toBe(3);
  });

  it('becomes more step by step when it is well again, up to what is configured', () => {
    expect(after(1, 64, {})).toBe(80);
    expect(after(4, 100, {})).toBeLessThan(300);
    expect(after(40, 64, {})).toBe(MOST);
    expect(after(40, 64, {}, 100)).toBe(100);
  });
});
