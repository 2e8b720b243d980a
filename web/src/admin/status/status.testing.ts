import type { Figures, Instance, Past, PastInstance, Status } from '../types.js';
import { figuresOf } from './figures.js';

/** An instance that does nothing in particular. */
export function instanceOf(values: Partial<Instance> = {}): Instance {
  return {
    instance: 'a',
    pid: 1,
    version: '1.0.0',
    startedAt: '2026-01-01T00:00:00.000Z',
    draining: false,
    cpuPercent: 1,
    memory: { rss: 1, heapUsed: 1, heapTotal: 1 },
    eventLoopLagMs: { p50: 1, p99: 1 },
    requestsPerSecond: 0,
    answerTimeMs: { p50: null, p95: null },
    firstTokenMs: { p50: null, p95: null },
    generationsRunning: 0,
    sseStreams: 0,
    sockets: 0,
    adapters: {},
    dependencies: [],
    ...values,
  };
}

export function statusOf(instances: Partial<Instance>[], values: Partial<Status> = {}): Status {
  return {
    at: '2026-01-01T00:00:00.000Z',
    queue: { waiting: 0, running: 0, oldestWaitingMs: 0, startsPerSecond: 0 },
    instances: instances.map(instanceOf),
    silent: [],
    ...values,
  };
}

/** An hour that the server tells of: of each instance its sockets, newest first, and what waited in the queue. */
export function pastOf(
  sockets: Record<string, (number | null)[]>,
  waiting: (number | null)[],
  values: Partial<Past> = {},
): Past {
  const instances = Object.entries(sockets).map(([id, list]): PastInstance => {
    const one = instanceOf({ instance: id });
    const { instance, pid, version, startedAt, draining } = one;
    const names = Object.keys(figuresOf(one)) as (keyof Figures)[];
    const figures = Object.fromEntries(names.map((name) => [name, list])) as PastInstance['figures'];
    return { instance, pid, version, startedAt, draining, figures };
  });
  return {
    at: '2026-01-01T00:00:00.000Z',
    stepSeconds: 15,
    queue: { waiting, running: waiting, startsPerSecond: waiting },
    instances,
    silent: [],
    ...values,
  };
}
