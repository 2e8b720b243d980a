import { type IntervalHistogram, monitorEventLoopDelay } from 'node:perf_hooks';
import { every, type Ticker } from '../async/index.js';

/** How this process did in the last few seconds. Lag in seconds: how much later than due timers fire. */
export interface ProcessState {
  /** Share of one core; 1: all of it. */
  cpu: number;
  lagP50: number;
  lagP99: number;
  lagMax: number;
}

const WINDOW_MS = 5000;
/** How often the lag is looked at: 50 wakeings a second, too few to be seen in a profile. */
const RESOLUTION_MS = 20;

/** Watches processor and event loop of this process, in windows of 5 s. Whoever starts it stops it. */
export class ProcessFigures {
  private readonly delay: IntervalHistogram = monitorEventLoopDelay({ resolution: RESOLUTION_MS });
  private ticker: Ticker | undefined;
  private cpuBefore = process.cpuUsage();
  private before = performance.now();
  private last: ProcessState | undefined;

  start(): void {
    this.delay.enable();
    this.ticker = every(WINDOW_MS, () => this.turn());
  }

  /** Any number of times. */
  stop(): void {
    void this.ticker?.stop();
    this.delay.disable();
  }

  /** Of the last window that is over; of the first while it lasts. */
  state(): ProcessState {
    return this.last ?? this.measure();
  }

  private turn(): void {
    this.last = this.measure();
    this.delay.reset();
    this.cpuBefore = process.cpuUsage();
    this.before = performance.now();
  }

  private measure(): ProcessState {
    const { user, system } = process.cpuUsage(this.cpuBefore);
    const passedMs = Math.max(1, performance.now() - this.before);
    const { delay } = this;
    // Node measures from one look to the next: the pause between them is no lag.
    const lag = (ns: number) => (delay.count > 0 ? Math.max(0, ns / 1e9 - RESOLUTION_MS / 1000) : 0);
    return {
      cpu: (user + system) / 1000 / passedMs,
      lagP50: lag(delay.percentile(50)),
      lagP99: lag(delay.percentile(99)),
      lagMax: lag(delay.max),
    };
  }
}
