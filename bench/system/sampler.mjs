// How a server does over time: processor, memory, event-loop lag.
import { totalCpu, totalMemory } from './processes.mjs';

export const METRICS_TOKEN = 'a-token-of-the-benchmark';
const EVERY_MS = 1000;
/** The server measures its lag in windows of 5 s. */
const LAG_EVERY = 5;

async function lagMs(url) {
  const headers = { authorization: `Bearer ${METRICS_TOKEN}` };
  const text = await fetch(`${url}/metrics`, { headers }).then((response) => response.text());
  const line = /^nodejs_eventloop_lag_seconds\{.*quantile="0.99".*\} (\S+)/m.exec(text);
  return line ? Number(line[1]) * 1000 : undefined;
}

export class Sampler {
  samples = [];
  #start = performance.now();
  #cpuBefore;
  #timer;

  /** `target` has url, isOurs. */
  constructor(target, pids) {
    Object.assign(this, { target, pids });
    this.#cpuBefore = totalCpu(pids);
    this.#timer = setInterval(() => this.#look(), EVERY_MS);
  }

  stop() {
    clearInterval(this.#timer);
  }

  #look() {
    const cpu = totalCpu(this.pids);
    const sample = {
      second: Math.round((performance.now() - this.#start) / 1000),
      cores: Math.max(0, cpu - this.#cpuBefore) / EVERY_MS,
      memoryMb: Math.round(totalMemory(this.pids)),
    };
    this.#cpuBefore = cpu;
    this.samples.push(sample);
    if (!this.target.isOurs || this.samples.length % LAG_EVERY !== 0) return;
    lagMs(this.target.url).then(
      (ms) => (sample.lagMs = ms),
      () => undefined,
    );
  }
}
