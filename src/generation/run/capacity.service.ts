import { Injectable, type OnModuleDestroy } from '@nestjs/common';
import { every, type Ticker } from '../../../libs/async/index.js';
import type { QueueWorker } from '../../queue/index.js';
import { Config } from '../../config/config.js';
import { Presence } from '../../cluster/presence.service.js';
import { GenerationMetrics } from '../answer/generation-metrics.service.js';
import { Saver } from './saver.service.js';

const TICK_MS = 250;
/** How often the others are told at most, ms. */
const TELL_MS = 2000;
/** How late timers fire, from which on hardly more is taken on than ends. */
const LATE_MS = 500;
/**
 * How old the last save may be before hardly more is taken on than ends, and before less is. They are due once a second; who
 * has saved nothing for 5 s looks dead to older builds.
 */
const OLD_MS = 2000;
const VERY_OLD_MS = 3000;
/** What any machine carries. What makes a loop late may be something else: then fewer answers would only be fewer. */
const LEAST = 64;
/** How much more is taken on, or less, a tick. */
const MORE = 1.25;
const LESS = 0.9;

/** How a process does. Times in ms. */
export interface Strain {
  /** How late timers fire. */
  lateMs: number;
  /** Since the texts of running answers were kept for the last time. */
  savedAgoMs: number;
  running: number;
}

/** How many jobs to run at most, after `limit` were allowed. */
export function nextLimit(limit: number, { lateMs, savedAgoMs, running }: Strain, most: number): number {
  const least = Math.min(LEAST, most);
  if (savedAgoMs > VERY_OLD_MS) return Math.max(least, Math.min(limit, Math.floor(running * LESS)));
  // A little above: each answer that ends leaves its place empty for a moment, and the limit must not follow that down.
  if (lateMs > LATE_MS || savedAgoMs > OLD_MS) return Math.max(least, Math.min(limit, Math.ceil(running * MORE)));
  return Math.min(most, Math.ceil(limit * MORE));
}

/**
 * How many answers this process writes at once: what it can carry, which depends on the machine, the models, and on what
 * else there is to do. QUEUE_CONCURRENCY is only the most. While its event loop is late or its saves are old it takes on
 * hardly more than ends, where they are very old less; else step by step more.
 */
@Injectable()
export class Capacity implements OnModuleDestroy {
  private limit: number;
  private running: () => number = () => 0;
  private lateMs = 0;
  private ticker: Ticker | undefined;
  private told = { at: 0, full: false };

  constructor(
    private readonly saver: Saver,
    private readonly metrics: GenerationMetrics,
    private readonly presence: Presence,
    private readonly config: Config,
  ) {
    this.limit = config.QUEUE_CONCURRENCY;
  }

  onModuleDestroy(): void {
    void this.ticker?.stop();
  }

  /** Limits the worker from now on. `running`: how many jobs it has. */
  steer(worker: Pick<QueueWorker, 'limit'>, running: () => number): void {
    this.running = running;
    this.metrics.gaugeLimit(() => this.limit);
    let due = performance.now() + TICK_MS;
    this.ticker = every(TICK_MS, () => {
      const now = performance.now();
      // One hiccup is forgotten soon.
      this.lateMs = Math.max(now - due, this.lateMs / 2);
      due = now + TICK_MS;
      this.turn(worker);
      this.tell(now);
    });
  }

  /** True while questions wait because this process can't carry more. False where it takes no jobs. */
  get isFull(): boolean {
    // A place that has just become empty is not yet taken again.
    return this.limit < this.config.QUEUE_CONCURRENCY && this.running() >= this.limit * LESS;
  }

  /** Processes that take no jobs have to know too: they let questions in. */
  private tell(now: number): void {
    const full = this.isFull;
    if (full === this.told.full || now - this.told.at < TELL_MS) return;
    this.told = { at: now, full };
    void this.presence.tellFull(full);
  }

  private turn(worker: Pick<QueueWorker, 'limit'>): void {
    const strain = { lateMs: this.lateMs, savedAgoMs: this.saver.ageMs, running: this.running() };
    const limit = nextLimit(this.limit, strain, this.config.QUEUE_CONCURRENCY);
    if (limit === this.limit) return;
    this.limit = limit;
    worker.limit(limit);
  }
}
