import type { Figures, Instance } from '../types.js';

/** What was known at one time. */
export interface Sample {
  /** By this machine's clock: it orders the samples, and only their distance is shown. */
  at: number;
  /** In the queue; null while that does not answer. */
  waiting: number | null;
  /** Those that answered. */
  instances: ReadonlyMap<string, Figures>;
}

/** An instance as the curves need it. */
export function figuresOf(instance: Instance): Figures {
  const { cpuPercent, memory, eventLoopLagMs, requestsPerSecond, answerTimeMs, firstTokenMs } = instance;
  const { generationsRunning, sseStreams, sockets } = instance;
  return {
    cpuPercent,
    memoryRss: memory.rss,
    lagP99Ms: eventLoopLagMs.p99,
    requestsPerSecond,
    answerP50Ms: answerTimeMs.p50,
    answerP95Ms: answerTimeMs.p95,
    firstTokenP50Ms: firstTokenMs.p50,
    firstTokenP95Ms: firstTokenMs.p95,
    generationsRunning,
    sseStreams,
    sockets,
  };
}
