import type { Instance, Status } from '../types.js';

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
