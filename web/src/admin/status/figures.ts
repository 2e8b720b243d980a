import type { Figures, Instance } from '../types.js';

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
