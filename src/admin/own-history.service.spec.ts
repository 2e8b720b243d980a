import type { ProcessFigures } from '../../libs/metrics/index.js';
import type { Queue, QueueStats } from '../queue/index.js';
import { Lifecycle } from '../lifecycle/lifecycle.service.js';
import type { OwnStatus } from './own-status.service.js';
import { OwnHistory, STEP_MS } from './own-history.service.js';

const IDLE: QueueStats = { waiting: 0, running: 0, oldestWaitingMs: 0, startsPerSecond: 0 };
const times = { p50: 1234.5678, p95: 98765.4321 };

describe('what a process notes of its last hour', () => {
  const figures = {
    instance: 'a',
    pid: 1,
    version: '1.0.0',
    startedAt: '2026-01-01T00:00:00.000Z',
    draining: false,
    cpuPercent: 12.345678,
    memory: { rss: 123_456_789, heapUsed: 1, heapTotal: 1 },
    eventLoopLagMs: { p50: 1, p99: 2 },
    requestsPerSecond: 1234.5678,
    answerTimeMs: times,
    firstTokenMs: { ...times, p50: null as number | null },
    generationsRunning: 0,
    sseStreams: 12_345,
    sockets: 0,
  };
  let lag: number;
  let stats: () => Promise<QueueStats>;
  let lifecycle: Lifecycle;
  let history: OwnHistory;

  beforeEach(() => {
    jest.useFakeTimers();
    lag = 0.001;
    stats = async () => IDLE;
    lifecycle = new Lifecycle();
    history = new OwnHistory(
      { now: () => ({ ...figures }) } as unknown as OwnStatus,
      { state: () => ({ cpu: 0, lagP50: 0, lagP99: lag, lagMax: 0 }) } as ProcessFigures,
      { stats: () => stats() } as unknown as Queue,
      lifecycle,
    );
    history.onModuleInit();
  });
  afterEach(() => {
    history.onModuleDestroy();
    jest.useRealTimers();
  });
  const pass = (ms: number) => jest.advanceTimersByTimeAsync(ms);

  it('begins when it serves, and ends with the module', async () => {
    await pass(STEP_MS);
    expect(history.read().figures.sockets).toEqual([]);
    await lifecycle.serve();
    await pass(0);
    expect(history.read()).toMatchObject({ instance: 'a', figures: { sockets: [0] }, queue: { waiting: [0] } });
    history.onModuleDestroy();
    expect(jest.getTimerCount()).toBe(0);
  });

  it('holds an hour and no more', async () => {
    await lifecycle.serve();
    await pass(10 * STEP_MS);
    figures.generationsRunning = 7;
    await pass(2 * STEP_MS);
    expect(history.read().figures.generationsRunning).toEqual([7, 7, ...new Array<number>(11).fill(0)]);
    await pass(7_200_000);
    const { figures: lists, queue } = history.read();
    const { firstTokenP50Ms, ...known } = lists;
    const lengths = [...Object.values(known), ...Object.values(queue)].map(({ length }) => length);
    expect(lengths).toEqual(new Array(13).fill(241));
    expect(firstTokenP50Ms).toEqual([]);
    expect(lists.generationsRunning.every((n) => n === 7)).toBe(true);
    // As one signal.
    expect(JSON.stringify(history.read()).length).toBeLessThan(40_000);
  });

  it('keeps a stall that was over before the next note', async () => {
    await lifecycle.serve();
    await pass(STEP_MS - 10_000);
    lag = 0.8;
    await pass(5_000);
    lag = 0.001;
    await pass(5_000);
    expect(history.read().figures.lagP99Ms).toEqual([800, 1]);
    await pass(STEP_MS);
    expect(history.read().figures.lagP99Ms).toEqual([1, 800, 1]);
  });

  it('goes on without the queue, and knows nothing of it for so long', async () => {
    await lifecycle.serve();
    await pass(0);
    stats = () => Promise.reject(new Error('away'));
    await pass(STEP_MS);
    stats = async () => ({ ...IDLE, waiting: 3 });
    await pass(STEP_MS);
    expect(history.read().queue).toEqual({
      waiting: [3, null, 0],
      running: [0, null, 0],
      startsPerSecond: [0, null, 0],
    });
    expect(history.read().figures.sockets).toEqual([0, 0, 0]);
  });
});
