import { exposition } from './exposition.js';
import { Metrics } from './metrics.js';

describe('Metrics', () => {
  let metrics: Metrics;
  beforeEach(() => (metrics = new Metrics()));

  const figures = async () => Object.fromEntries(await metrics.figures());
  const text = async () => exposition(metrics.families(), await metrics.figures(), await metrics.gauges('all'));

  it('count', async () => {
    const calls = metrics.counter('calls_total', 'Calls', ['kind']);
    calls.add({ kind: 'a' });
    calls.add({ kind: 'a' }, 4);
    calls.add({ kind: 'b "x"\n' });
    metrics.counter('never_total', 'Never');
    expect(await figures()).toEqual({
      'calls_total{"kind":"a"}': [5],
      'calls_total{"kind":"b \\"x\\"\\n"}': [1],
      'never_total{}': [0],
    });
    expect(await text()).toBe(
      '# HELP calls_total Calls\n# TYPE calls_total counter\n' +
        'calls_total{kind="a"} 5\ncalls_total{kind="b \\"x\\"\\n"} 1\n\n' +
        '# HELP never_total Never\n# TYPE never_total counter\nnever_total 0\n',
    );
  });

  it('measure, in buckets that are counted each by itself, and seconds as whole numbers', async () => {
    const times = metrics.histogram('took_seconds', 'Took', [0.1, 1], ['route']);
    for (const seconds of [0.1, 0.05, 0.5, 7]) times.observe({ route: '/a' }, seconds);
    times.observe({ route: '/b' }, 1.000001);
    const all = await figures();
    const hash = Object.keys(all)[0].split('{')[0];
    expect(hash).toMatch(/^took_seconds\/[0-9a-f]{6}$/);
    expect(all).toEqual({
      [`${hash}{"route":"/a"}`]: [2, 1, 1, 765_000],
      [`${hash}{"route":"/b"}`]: [0, 0, 1, 100_000],
    });
    expect(await text()).toBe(
      [
        '# HELP took_seconds Took',
        '# TYPE took_seconds histogram',
        'took_seconds_bucket{le="0.1",route="/a"} 2',
        'took_seconds_bucket{le="1",route="/a"} 3',
        'took_seconds_bucket{le="+Inf",route="/a"} 4',
        'took_seconds_sum{route="/a"} 7.65',
        'took_seconds_count{route="/a"} 4',
        'took_seconds_bucket{le="0.1",route="/b"} 0',
        'took_seconds_bucket{le="1",route="/b"} 0',
        'took_seconds_bucket{le="+Inf",route="/b"} 1',
        'took_seconds_sum{route="/b"} 1',
        'took_seconds_count{route="/b"} 1',
        '',
      ].join('\n'),
    );
  });

  it('give counts as whole numbers only, so that sums do not depend on their order', async () => {
    const times = metrics.histogram('took_seconds', 'Took', [0.1]);
    metrics.total('cpu_seconds_total', 'Processor', () => 1.23456789);
    for (let i = 0; i < 1000; i++) times.observe({}, 0.1 / 3);
    for (const numbers of Object.values(await figures()))
      for (const n of numbers) expect(Number.isInteger(n)).toBe(true);
  });

  it('read a total that others keep', async () => {
    let n = 3;
    metrics.total('cpu_seconds_total', 'Processor', () => n);
    expect(await figures()).toEqual({ 'cpu_seconds_total{}': [300_000] });
    n = 4.5;
    expect(await figures()).toEqual({ 'cpu_seconds_total{}': [450_000] });
    expect(await text()).toContain('cpu_seconds_total 4.5\n');
  });

  it('read gauges, and do without one that fails or hangs', async () => {
    metrics.gauge('now', 'Now', 'sum', () => 7);
    metrics.gauge('up', 'Up', 'min', async () => [
      [{ name: 'redis' }, 1],
      [{ name: 'mongo' }, 0],
    ]);
    metrics.gauge('none', 'None', 'sum', () => []);
    metrics.gauge('fails', 'Fails', 'sum', () => Promise.reject(new Error('away')));
    metrics.gauge('throws', 'Throws', 'sum', () => {
      throw new Error('away');
    });
    metrics.gauge('hangs', 'Hangs', 'sum', () => new Promise(() => {}));
    metrics.gauge('shared', 'Shared', 'first', () => 9);
    const own = { 'now{}': 7, 'up{"name":"redis"}': 1, 'up{"name":"mongo"}': 0 };
    expect(await metrics.gauges('own')).toEqual(own);
    expect(await metrics.gauges('all')).toEqual({ ...own, 'shared{}': 9 });
  });

  it('refuse a name twice', () => {
    metrics.counter('a_total', 'A');
    metrics.gauge('b', 'B', 'sum', () => 1);
    expect(() => metrics.counter('a_total', 'A')).toThrow('a_total');
    expect(() => metrics.gauge('a_total', 'A', 'sum', () => 1)).toThrow('a_total');
    expect(() => metrics.gauge('b', 'B', 'sum', () => 1)).toThrow('already is a metric b');
  });

  it('leave out what they do not know: another build’s series and buckets', async () => {
    metrics.histogram('took_seconds', 'Took', [0.1]).observe({}, 1);
    const other = new Metrics();
    other.histogram('took_seconds', 'Took', [0.1, 0.2]).observe({}, 1);
    other.counter('new_total', 'New').add({});
    const known = await text();
    const mixed = new Map([...(await metrics.figures()), ...(await other.figures())]);
    expect(await exposition(metrics.families(), mixed, { 'elsewhere{}': 1 })).toBe(known);
  });
});
