import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import { every, type Ticker, within } from '../../../async/index.js';
import type { RedisSettings } from '../../../redis/index.js';

const PULSE_MS = 1000;
/** How long a thread may take to stop. */
const STOP_MS = 1000;

/** What the thread is given. */
export interface BeatData {
  settings: RedisSettings;
  keys: [string, string];
  id: string;
  entry: string;
  /** When an entry ends that nobody renews, ms. */
  lifeMs: number;
  /** How long the main thread may stand still, ms. */
  hungMs: number;
  /** The main thread counts it up while it comes to anything. */
  pulse: Int32Array;
}

/** A script, and what it is told. */
export interface ThreadFile {
  file: string;
  argv?: string[];
}

/** Undefined where sources run as they are, without a build. */
function builtFile(): ThreadFile | undefined {
  const file = join(import.meta.dirname, 'instance-beat.thread.js');
  return existsSync(file) ? { file } : undefined;
}

/**
 * Keeps the entry of this process on the list of instances, from a thread of its own: a process that has too much to do is
 * late with everything else, and is alive all the same. One that is killed or stopped takes its thread with it; for one
 * whose main thread stands still (an endless loop) the thread stops by itself, after `hungMs`.
 */
export class InstanceBeat {
  private readonly thread: Worker | undefined;
  private readonly ticker: Ticker;
  private readonly pulse = new Int32Array(new SharedArrayBuffer(4));

  constructor(data: Omit<BeatData, 'pulse'>, script = builtFile()) {
    this.ticker = every(Math.min(PULSE_MS, data.hungMs / 4), () => Atomics.add(this.pulse, 0, 1));
    if (!script) return;
    this.thread = new Worker(script.file, {
      argv: script.argv,
      workerData: { ...data, pulse: this.pulse } satisfies BeatData,
      // Not those of the main thread: a profiler's, a heap's size.
      execArgv: [],
      resourceLimits: { maxOldGenerationSizeMb: 64, maxYoungGenerationSizeMb: 4 },
    });
    // Without it the timer of the list has to do.
    this.thread.on('error', (error) => process.emitWarning(`The beat of this instance has ended: ${String(error)}`));
    this.thread.unref();
  }

  /** The entry has changed. */
  tell(entry: string): void {
    this.thread?.postMessage(entry);
  }

  /** No beat comes after this has resolved. */
  async stop(): Promise<void> {
    await this.ticker.stop();
    const { thread } = this;
    if (!thread || thread.threadId < 0) return;
    const gone = once(thread, 'exit').catch(() => undefined);
    thread.postMessage(null);
    await within(STOP_MS, gone, () => undefined);
    await thread.terminate();
  }
}
