import { eventually } from '../../test/support/eventually.js';
import { MemoryInstanceRegistry } from '../cluster/instances/memory/instance-registry.js';
import { RedisInstanceRegistry } from '../cluster/instances/redis/instance-registry.js';
import type { InstanceRegistry, Signals, Totals } from '../cluster/index.js';
import { MemorySignals } from '../cluster/signals/memory/signals.js';
import { RedisSignals } from '../cluster/signals/redis/signals.js';
import { MemoryTotals, TotalsMemory } from '../cluster/totals/memory/totals.js';
import { RedisTotals } from '../cluster/totals/redis/totals.js';
import type { RedisClient } from '../redis/index.js';
import { redisForTests } from '../redis/redis.testing.js';
import { ClusterMetrics } from './cluster-metrics.js';
import { type Counted, type Measured, Metrics } from './metrics.js';

interface Backend {
  ports(): { signals: Signals; registry: InstanceRegistry; totals: Totals };
  close(): Promise<void>;
}

const redis = redisForTests();
const backends: Array<[string, () => Promise<Backend>]> = [
  [
    'memory',
    async () => {
      const [signals, entries, memory] = [new MemorySignals(), new Map(), new TotalsMemory()];
      const ports = () => ({
        signals,
        registry: new MemoryInstanceRegistry(entries),
        totals: new MemoryTotals(memory),
      });
      return { ports, close: () => signals.close() };
    },
  ],
  [
    'redis',
    async () => {
      const first = await redis.open();
      const clients: RedisClient[] = [first];
      const ports = () => ({
        signals: new RedisSignals(first),
        registry: new RedisInstanceRegistry(first),
        totals: new RedisTotals(first),
      });
      return { ports, close: async () => void (await Promise.all(clients.map((client) => client.close()))) };
    },
  ],
];

describe.each(backends)('ClusterMetrics over %s', (_, open) => {
  interface Worker {
    metrics: ClusterMetrics;
    registry: InstanceRegistry;
    totals: Totals;
    calls: Counted<'route'>;
    times: Measured<never>;
    running: number;
  }
  let backend: Backend;
  let workers: Worker[];

  beforeEach(async () => {
    backend = await open();
    workers = [];
  });
  afterEach(async () => {
    for (const { metrics, registry } of workers) {
      metrics.close();
      await registry.close();
    }
    await backend.close();
  });

  const start = async (): Promise<Worker> => {
    const { signals, registry, totals } = backend.ports();
    const id = `${workers.length}`;
    const own = new Metrics();
    const worker: Worker = {
      registry,
      totals,
      calls: own.counter('calls_total', 'Calls', ['route']),
      times: own.histogram('took_seconds', 'Took', [0.1, 1]),
      running: 0,
      metrics: new ClusterMetrics(own, totals, signals, registry, id),
    };
    own.gauge('running', 'Running', 'sum', () => worker.running);
    own.gauge('slowest', 'Slowest', 'max', () => worker.running);
    own.gauge('up', 'Up', 'min', () => [[{ name: 'x' }, worker.running > 0 ? 1 : 0]]);
    own.gauge('waiting', 'Waiting', 'first', () => 40);
    await registry.enter({ id, pid: 1, version: '1', startedAt: +id, works: true, draining: false });
    workers.push(worker);
    return worker;
  };

  /** As a SIGKILL leaves it: on the list, and silent. */
  const kill = (worker: Worker) => worker.metrics.close();

  const scrape = async ({ metrics }: Worker) => read(await metrics.all());
  /** Waits until all are heard: a backend may take a moment to listen. */
  const allHeard = () =>
    eventually(async () => {
      for (const worker of workers) worker.running = 1;
      const each = await Promise.all(workers.map((worker) => scrape(worker)));
      return each.every((values) => values.running === workers.length);
    });

  it('adds up counters and histograms, and takes gauges as each is meant, whoever is asked', async () => {
    const [a, b, c] = [await start(), await start(), await start()];
    await allHeard();
    a.calls.add({ route: '/a' }, 2);
    b.calls.add({ route: '/a' }, 30);
    b.calls.add({ route: '/b' });
    a.times.observe({}, 0.05);
    c.times.observe({}, 0.5);
    c.times.observe({}, 30);
    [a.running, b.running, c.running] = [1, 0, 5];
    for (const asked of [a, b, c]) {
      expect(await scrape(asked)).toEqual({
        'calls_total{route="/a"}': 32,
        'calls_total{route="/b"}': 1,
        'took_seconds_bucket{le="0.1"}': 1,
        'took_seconds_bucket{le="1"}': 2,
        'took_seconds_bucket{le="+Inf"}': 3,
        took_seconds_sum: 30.55,
        took_seconds_count: 3,
        running: 6,
        slowest: 5,
        'up{name="x"}': 0,
        waiting: 40,
      });
    }
    expect(read(await a.metrics.own())).toMatchObject({ 'calls_total{route="/a"}': 2, running: 1, waiting: 40 });
  });

  it('keeps what a killed one had counted, and leaves out its gauges', async () => {
    const [a, b] = [await start(), await start()];
    await allHeard();
    a.calls.add({ route: '/' }, 3);
    b.calls.add({ route: '/' }, 4);
    expect(await scrape(a)).toMatchObject({ 'calls_total{route="/"}': 7, running: 2 });
    kill(b);
    // Listed, and silent.
    expect(await scrape(a)).toMatchObject({ 'calls_total{route="/"}': 7, running: 1 });
    await b.registry.leave();
    a.calls.add({ route: '/' });
    expect(await scrape(a)).toMatchObject({ 'calls_total{route="/"}': 8, running: 1 });
    const c = await start();
    expect(await scrape(c)).toMatchObject({ 'calls_total{route="/"}': 8 });
  });

  it('has the last figures of one that stops', async () => {
    const [a, b] = [await start(), await start()];
    await allHeard();
    b.calls.add({ route: '/' }, 4);
    b.running = 9;
    b.metrics.close();
    await b.registry.leave();
    await b.metrics.leave();
    expect(await scrape(a)).toMatchObject({ 'calls_total{route="/"}': 4, running: 1 });
  });

  it('never falls, while many scrape, some stop and some die', async () => {
    for (let i = 0; i < 5; i++) await start();
    await allHeard();
    const living = new Set(workers);
    let isOver = false;
    const work = setInterval(() => {
      for (const worker of living) {
        worker.calls.add({ route: '/' });
        worker.times.observe({}, 0.1 / 3);
      }
    }, 1);
    const scrapers = [workers[0], workers[1]].map(async (worker) => {
      let before: Record<string, number> = {};
      while (!isOver) {
        const now = await scrape(worker);
        for (const [series, value] of Object.entries(before)) {
          if (/^(calls|took)/.test(series) && !(now[series] >= value)) throw new Error(`${series} fell from ${value}`);
        }
        before = now;
      }
      return before;
    });
    try {
      const scrapedOnce = scrape(workers[0]);
      await scrapedOnce;
      const [, , stops, dies, returns] = workers;
      living.delete(stops);
      stops.metrics.close();
      await stops.registry.leave();
      await stops.metrics.leave();
      await scrape(workers[0]);
      living.delete(dies);
      kill(dies);
      await dies.registry.leave();
      // Taken for gone, as after an hour's silence, and alive.
      await returns.totals.putLast('4', 0, new Map());
      for (let i = 0; i < 5; i++) await scrape(workers[1]);
    } finally {
      isOver = true;
      clearInterval(work);
    }
    await Promise.all(scrapers);
    const total = (await scrape(workers[0]))['calls_total{route="/"}'];
    const counted = await Promise.all(
      workers.map(async ({ metrics }) => read(await metrics.own())['calls_total{route="/"}']),
    );
    // What the killed one counted after the last scrape is lost.
    const all = counted.reduce((sum, n) => sum + (n ?? 0), 0);
    expect(total).toBeLessThanOrEqual(all);
    expect(total).toBeGreaterThanOrEqual(all - counted[3]);
  });

  it('would rather fail than show less, and still shows itself', async () => {
    const a = await start();
    a.calls.add({ route: '/' });
    a.totals.sum = () => Promise.reject(new Error('away'));
    await expect(a.metrics.all()).rejects.toThrow('away');
    expect(read(await a.metrics.own())).toMatchObject({ 'calls_total{route="/"}': 1 });
  });
});

function read(text: string): Record<string, number> {
  const lines = text.split('\n').filter((line) => line && !line.startsWith('#'));
  return Object.fromEntries(
    lines.map((line) => {
      const space = line.lastIndexOf(' ');
      return [line.slice(0, space), Number(line.slice(space + 1))];
    }),
  );
}
