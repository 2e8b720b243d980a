import { EMPTY, type History, POLL_MS, wantsPast, WINDOW_MS, withGaps, withPast, withStatus } from './history.js';
import { instanceOf, pastOf, statusOf } from './status.testing.js';

const START = 10_000_000;
const STEP = 15_000;
const after = (history: History, at: number, ...ids: string[]) =>
  withStatus(history, statusOf(ids.map((instance) => ({ instance }))), START + at);
const times = ({ samples }: History) => samples.map(({ at }) => at - START);
const colours = ({ known }: History) =>
  Object.fromEntries([...known.values()].map(({ instance, colour }) => [instance, colour]));
const silentOf = (instance: string, draining = false) => {
  const { pid, version, startedAt } = instanceOf({ instance });
  return { instance, pid, version, startedAt, draining };
};

describe('withStatus', () => {
  it('holds an hour', () => {
    let history = EMPTY;
    for (const at of [0, 1, 2, WINDOW_MS + 1]) history = after(history, at, 'a');
    expect(times(history)).toEqual([1, 2, WINDOW_MS + 1]);
  });

  it('drops what lies ahead of a clock that was set back', () => {
    expect(times(after(after(after(EMPTY, 0, 'a'), 5_000, 'a'), 3_000, 'a'))).toEqual([0, 3_000]);
  });

  it('leaves each instance its colour while it can be seen, and gives the lowest free one to the next', () => {
    let history = after(EMPTY, 0, 'a', 'b');
    expect(colours(history)).toEqual({ a: 0, b: 1 });
    history = after(history, 2_000, 'b', 'c');
    expect(colours(history)).toEqual({ a: 0, b: 1, c: 2 });
    // Nobody sees a any more.
    history = after(history, WINDOW_MS + 1_000, 'b', 'c', 'd');
    expect(colours(history)).toEqual({ b: 1, c: 2, d: 0 });
  });

  it('knows silent instances too', () => {
    const status = statusOf([], { silent: [silentOf('s')] });
    expect(colours(withStatus(EMPTY, status, START))).toEqual({ s: 0 });
  });
});

describe('withPast', () => {
  it('fills the hour before the first look at once', () => {
    const told = pastOf({ a: [3, 2, 1] }, [7, null, 5]);
    const history = after(withPast(EMPTY, told, START), 0, 'a');
    expect(times(history)).toEqual([-2 * STEP, -STEP, 0]);
    expect(history.samples.map(({ instances }) => instances.get('a')?.sockets)).toEqual([1, 2, 0]);
    expect(history.samples.map(({ waiting }) => waiting)).toEqual([5, null, 0]);
  });

  it('has of each instance what it told: one that began later begins later, a hole stays one', () => {
    const { samples } = withPast(EMPTY, pastOf({ a: [5, null, 3, 2], b: [9] }, []), START);
    expect(samples.map(({ instances }) => [instances.get('a')?.sockets, instances.get('b')?.sockets])).toEqual([
      [2, undefined],
      [3, undefined],
      [undefined, undefined],
      [5, 9],
    ]);
  });

  it('leaves what was seen here, and fills what nobody saw', () => {
    let history = EMPTY;
    for (const at of [0, 2_000, 4_000]) history = after(history, at, 'a');
    const told = pastOf({ a: new Array<number>(8).fill(1) }, []);
    history = after(withPast(history, told, START + 62_000), 62_000, 'a');
    expect(times(history)).toEqual([-43_000, -28_000, -13_000, 0, 2_000, 4_000, 17_000, 32_000, 47_000, 62_000]);
    // Twice the same is once.
    const again = after(withPast(history, told, START + 64_000), 64_000, 'a');
    expect(times(again)).toEqual([...times(history), 64_000]);
  });

  it('keeps the colours, and who is gone since', () => {
    let history = after(EMPTY, 0, 'gone', 'b');
    history = after(withPast(history, pastOf({ b: [1], c: [1] }, []), START + 2_000), 2_000, 'b', 'c');
    expect(colours(history)).toEqual({ gone: 0, b: 1, c: 2 });
  });

  it('tells how many did not tell, but for those that leave', () => {
    const told = pastOf({ a: [1] }, [], { silent: [silentOf('old'), silentOf('leaves', true)] });
    expect(withPast(EMPTY, told, START).past).toEqual({ at: START, failed: false, silent: 1 });
  });
});

describe('wantsPast', () => {
  const told = pastOf({ a: [1] }, []);
  const filled = after(withPast(EMPTY, told, START), 0, 'a');

  it('at first, and after a while without a look', () => {
    expect(wantsPast(EMPTY, START)).toBe(true);
    expect(wantsPast(filled, START + POLL_MS)).toBe(false);
    expect(wantsPast(filled, START + 2 * STEP + 1)).toBe(true);
  });

  it('again where that failed, but not with each look', () => {
    const failed = after(withPast(EMPTY, null, START), 0, 'a');
    expect(failed.past?.failed).toBe(true);
    expect(wantsPast(failed, START + POLL_MS)).toBe(false);
    expect(wantsPast(after(failed, STEP, 'a'), START + STEP)).toBe(true);
  });
});

describe('withGaps', () => {
  it('interrupts the row where nothing was known, and only there', () => {
    let history = EMPTY;
    for (const at of [0, 2_000, 5_000, 20_000, 65_000]) history = after(history, at, 'a');
    const points = withGaps(history.samples);
    expect(points.map(({ at }) => at - START)).toEqual([0, 2_000, 5_000, 20_000, 20_000 + POLL_MS, 65_000]);
    expect(points.map(({ sample }) => sample !== null)).toEqual([true, true, true, true, false, true]);
  });
});
