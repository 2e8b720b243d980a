import { Injectable, type OnModuleDestroy, type OnModuleInit } from '@nestjs/common';
import { every, type Ticker } from '../../libs/async/index.js';
import { History, ProcessFigures } from '../../libs/metrics/index.js';
import { Queue } from '../queue/index.js';
import type { Figures, ListedInstance, QueueFigures } from '../contract/admin.js';
import { Lifecycle } from '../lifecycle/lifecycle.service.js';
import { OwnStatus } from './own-status.service.js';

/** An hour, a note each 15 s. */
export const STEP_MS = 15_000;
const STEPS = 240;
/** A stall between two notes has to be in the next. */
const LOOK_MS = 5_000;

const FIGURES = [
  ...(['cpuPercent', 'memoryRss', 'lagP99Ms', 'requestsPerSecond', 'answerP50Ms', 'answerP95Ms'] as const),
  ...(['firstTokenP50Ms', 'firstTokenP95Ms', 'generationsRunning', 'sseStreams', 'sockets'] as const),
] as const;
const QUEUE = ['waiting', 'running', 'startsPerSecond'] as const;

/**
 * What a process tells of its last hour. Fourteen lists of up to 241 numbers of three digits, newest first: as JSON, and so
 * as a signal, 9 kB of a process at rest, 15 kB of a busy one, and never over 40. It is sent when an admin opens the page.
 */
export interface InstanceHistory extends ListedInstance {
  figures: Figures;
  /** As this process saw what all share. */
  queue: QueueFigures;
}

/** Notes how this process is, while it serves: 30 kB, whatever happens. */
@Injectable()
export class OwnHistory implements OnModuleInit, OnModuleDestroy {
  private readonly figures = new History(FIGURES, { stepMs: STEP_MS, steps: STEPS });
  private readonly queued = new History(QUEUE, { stepMs: STEP_MS, steps: STEPS });
  private ticker: Ticker | undefined;
  private looks = 0;
  /** The highest lag since the last note, seconds. */
  private lag = 0;

  constructor(
    private readonly own: OwnStatus,
    private readonly process: ProcessFigures,
    private readonly queue: Queue,
    private readonly lifecycle: Lifecycle,
  ) {}

  onModuleInit(): void {
    this.lifecycle.onServe(async () => {
      this.look();
      this.ticker = every(LOOK_MS, () => this.look());
    });
  }

  onModuleDestroy(): void {
    void this.ticker?.stop();
  }

  read(): InstanceHistory {
    const { instance, pid, version, startedAt, draining } = this.own.now();
    return { instance, pid, version, startedAt, draining, figures: this.figures.read(), queue: this.queued.read() };
  }

  private look(): void {
    this.lag = Math.max(this.lag, this.process.state().lagP99);
    if (this.looks++ % (STEP_MS / LOOK_MS) > 0) return;
    this.noteFigures();
    void this.noteQueue();
  }

  private noteFigures(): void {
    const { memory, answerTimeMs, firstTokenMs, ...now } = this.own.now();
    this.figures.note({
      ...now,
      memoryRss: memory.rss,
      lagP99Ms: this.lag * 1000,
      answerP50Ms: answerTimeMs.p50,
      answerP95Ms: answerTimeMs.p95,
      firstTokenP50Ms: firstTokenMs.p50,
      firstTokenP95Ms: firstTokenMs.p95,
    });
    this.lag = 0;
  }

  private async noteQueue(): Promise<void> {
    const stats = await this.queue.stats().catch(() => null);
    this.queued.note(stats ?? { waiting: null, running: null, startsPerSecond: null });
  }
}
