import { History } from './history.js';

describe('History', () => {
  let now: number;
  beforeEach(() => {
    now = 1e6;
  });
  const open = (steps = 4) => new History(['a', 'b'], { stepMs: 1000, steps }, () => now);

  it('knows nothing before anything is noted', () => {
    expect(open().read()).toEqual({ a: [], b: [] });
  });

  it('tells the newest first, step by step, and no further back than the steps go', () => {
    const history = open();
    for (let i = 0; i < 50; i++) {
      history.note({ a: i, b: -i });
      now += 1000;
    }
    now -= 1000;
    expect(history.read()).toEqual({ a: [49, 48, 47, 46, 45], b: [-49, -48, -47, -46, -45] });
  });

  it('ends where it begins, each with what is known of it', () => {
    const history = open();
    history.note({ a: 1, b: null });
    now += 1000;
    history.note({ a: 2, b: 4 });
    now += 1000;
    history.note({ a: 3, b: null });
    now += 1000;
    history.note({ a: 4, b: 5 });
    expect(history.read()).toEqual({ a: [4, 3, 2, 1], b: [5, null, 4] });
  });

  it('does not mind when it is read, nor that notes come late: no step is twice or missing', () => {
    const history = open(8);
    for (const [i, late] of [0, 3, 90, 200, 210, 400].entries()) {
      now = 1e6 + i * 1000 + late;
      history.note({ a: i, b: null });
    }
    for (const after of [0, 1, 500, 599]) {
      now = 1e6 + 5400 + after;
      const { a } = history.read();
      expect(a).toEqual([5, 4, 3, 2, 1, 0].slice(0, a.length));
      expect(a.length).toBeGreaterThanOrEqual(5);
    }
  });

  it('has a hole where nothing was noted', () => {
    const history = open();
    history.note({ a: 1, b: 1 });
    now += 3000;
    history.note({ a: 4, b: 4 });
    expect(history.read().a).toEqual([4, null, 1, 1]);
    now += 2000;
    expect(history.read().a).toEqual([null, 4, 4, null, 1]);
  });

  it('keeps three digits', () => {
    const history = open();
    history.note({ a: 123_456_789, b: 0.123456 });
    expect(history.read()).toEqual({ a: [123_000_000], b: [0.123] });
  });
});
