import { EMPTY, type History, POLL_MS, WINDOW_MS, withGaps, withSample } from './history.js';
import { instanceOf, statusOf } from './status.testing.js';

const START = 1_000_000;
const after = (history: History, at: number, ...ids: string[]) =>
  withSample(history, statusOf(ids.map((instance) => ({ instance }))), START + at);
const times = ({ samples }: History) => samples.map(({ at }) => at - START);

describe('withSample', () => {
  it('holds ten minutes', () => {
    let history = EMPTY;
    for (const at of [0, 1, 2, WINDOW_MS + 1]) history = after(history, at, 'a');
    expect(times(history)).toEqual([1, 2, WINDOW_MS + 1]);
  });

  it('drops what lies ahead of a clock that was set back', () => {
    expect(times(after(after(after(EMPTY, 0, 'a'), 5_000, 'a'), 3_000, 'a'))).toEqual([0, 3_000]);
  });

  it('leaves each instance its colour while it can be seen, and gives the lowest free one to the next', () => {
    let history = after(EMPTY, 0, 'a', 'b');
    expect([...history.colours]).toEqual([
      ['a', 0],
      ['b', 1],
    ]);
    history = after(history, 2_000, 'b', 'c');
    expect(history.colours.get('b')).toBe(1);
    expect(history.colours.get('c')).toBe(2);
    // Nobody sees a any more.
    history = after(history, WINDOW_MS + 1_000, 'b', 'c', 'd');
    expect(Object.fromEntries(history.colours)).toEqual({ b: 1, c: 2, d: 0 });
  });

  it('knows silent instances too', () => {
    const { instance, pid, version, startedAt, draining } = instanceOf({ instance: 's' });
    const status = statusOf([], { silent: [{ instance, pid, version, startedAt, draining }] });
    expect(withSample(EMPTY, status, START).colours.get('s')).toBe(0);
  });
});

describe('withGaps', () => {
  it('interrupts the row where nobody looked, and only there', () => {
    let history = EMPTY;
    for (const at of [0, 2_000, 5_000, 65_000]) history = after(history, at, 'a');
    const points = withGaps(history.samples);
    expect(points.map(({ at }) => at - START)).toEqual([0, 2_000, 5_000, 5_000 + POLL_MS, 65_000]);
    expect(points.map(({ status }) => status !== null)).toEqual([true, true, true, false, true]);
  });
});
