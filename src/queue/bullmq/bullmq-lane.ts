import { setTimeout as sleep } from 'node:timers/promises';
import { DelayedError, type Job, WaitingError } from 'bullmq';
import type { RedisLog } from '../../../libs/redis/index.js';
import { ownId } from './bullmq-names.js';
import { TunedWorker } from './bullmq-tuned.js';
import type { WorkerConnections } from './bullmq-connections.js';
import type { JobData, JobHandler, JobOutcome } from '../queue.js';

const THROWN_MS = 2000;
/** A worker that died is noticed when its locks ran out, and seen so by two looks: 14 s at most. */
const LOCK_MS = 10_000;
const RENEW_MS = 3000;
const LOOK_MS = 2000;
/** How long to wait for work in one go, s: also how late a delayed job is whose waiter died. */
const WAIT_S = 2;
const RETRY_MS = 1000;
/** How long a handler that was given up may take to come back, so that its job is stored. */
const GRACE_MS = 1000;

/** BullMQ wants an error for a job that was moved; its stack would be the dearest part of it. */
const MOVED_LATER = new DelayedError();
const MOVED_NOW = new WaitingError();

export interface LaneContext {
  connections: WorkerConnections;
  prefix: string;
  concurrency: number;
  handler: JobHandler;
  signal: AbortSignal;
  log: RedisLog | undefined;
  started(): void;
  /** A job was fetched: it counts from here, though it starts when BullMQ has fetched all that there is room for. */
  took(): void;
  /** A job that was taken runs no more. */
  ended(): void;
  /** Rejects where Redis does not answer. */
  putBack(
    job: { id: string; lane: string; band: string; data: JobData; token: string },
    delayMs: number,
  ): Promise<void>;
}

/** BullMQ's worker of one lane. */
export class BullmqLane {
  private readonly worker: TunedWorker;
  private taken = 0;
  private running = 0;
  private closed = false;
  private left = 0;
  private troubleAt = 0;
  private idle: () => void = () => {};

  constructor(
    readonly lane: string,
    name: string,
    private readonly context: LaneContext,
  ) {
    const { connections, prefix, concurrency } = context;
    this.worker = new TunedWorker(
      name,
      (job, token) => this.process(job, token ?? ''),
      {
        connection: connections.connection,
        prefix,
        concurrency,
        lockDuration: LOCK_MS,
        lockRenewTime: RENEW_MS,
        stalledInterval: LOOK_MS,
        // When a job has killed enough workers is decided by its handler.
        maxStalledCount: Number.MAX_SAFE_INTEGER,
        drainDelay: WAIT_S,
        runRetryDelay: RETRY_MS,
        removeOnComplete: { count: 0 },
        removeOnFail: { count: 0 },
      },
      connections.backend,
    );
    this.worker.on('active', () => {
      this.taken++;
      this.context.took();
    });
    this.worker.on('error', (error) => this.trouble(error));
    this.worker.on('stalled', () => this.countLeft());
  }

  /** How many jobs were fetched and have not ended. */
  get size(): number {
    return this.taken;
  }

  /** How many may run here at once from now on: 1 or more. */
  limit(jobs: number): void {
    const { worker } = this;
    const wasFull = this.taken >= worker.concurrency;
    worker.concurrency = jobs;
    if (!wasFull || this.taken >= jobs || this.closed) return;
    // Else BullMQ looks for further jobs when one of those that run has ended.
    worker.pause(true).catch((error: unknown) => this.trouble(error));
    worker.resume().catch((error: unknown) => this.trouble(error));
  }

  /** Takes no new job; resolves when the running ones have come back, and their end is stored where Redis answers. */
  async close(): Promise<void> {
    this.closed = true;
    const closed = this.worker.close();
    const { signal, connections } = this.context;
    const idle = new Promise<void>((resolve) => (this.idle = resolve));
    if (this.running > 0) await Promise.race([idle, givenUp(signal)]);
    // Where the server is away BullMQ would wait for it.
    if (connections.isReady) await Promise.race([closed, sleep(GRACE_MS, undefined, { ref: false })]);
    this.worker.abandon();
  }

  private async process(job: Job<JobData>, token: string): Promise<void> {
    this.running++;
    try {
      const { id = '', data, name: band } = job;
      // BullMQ may have fetched one when it was told to close.
      const outcome: JobOutcome = this.closed ? { done: false, putBackMs: 0 } : await this.handle(ownId(id), data);
      if (outcome.done) return;
      const kept = { id, lane: this.worker.name, band: band === 'last' ? 'last' : 'first', data, token };
      await this.putBack(kept, Math.max(0, Math.ceil(outcome.putBackMs)));
      throw outcome.putBackMs > 0 ? MOVED_LATER : MOVED_NOW;
    } finally {
      this.taken--;
      this.context.ended();
      if (--this.running === 0) this.idle();
    }
  }

  private async handle(id: string, data: JobData): Promise<JobOutcome> {
    const { handler, signal, started } = this.context;
    started();
    try {
      return await handler({ id, data, lane: this.lane }, signal);
    } catch (error) {
      // As text: what is thrown must not make the warning throw, too, and the job be lost.
      process.emitWarning(String(error));
      return { done: false, putBackMs: THROWN_MS };
    }
  }

  /** Again and again while Redis is away: its lock may run out meanwhile, then another worker has the job. */
  private async putBack(job: Parameters<LaneContext['putBack']>[0], delayMs: number): Promise<void> {
    const { signal } = this.context;
    const due = Date.now() + delayMs;
    do {
      try {
        return await this.context.putBack(job, delayMs === 0 ? 0 : Math.max(1, due - Date.now()));
      } catch (error) {
        this.trouble(error);
        await sleep(RETRY_MS, undefined, { signal }).catch(() => {});
      }
    } while (!signal.aborted);
  }

  /** One word for all that a worker left, not one a job. */
  private countLeft(): void {
    if (this.left++ > 0) return;
    setImmediate(() => {
      this.context.log?.info(`jobs left by their workers, for others to take: ${this.left} in lane ${this.lane}`);
      this.left = 0;
    });
  }

  /** After an outage each running job reports its lost lock: an operator hears of it once. */
  private trouble(error: unknown): void {
    const isNew = Date.now() - this.troubleAt > 30_000;
    this.troubleAt = Date.now();
    if (isNew && this.context.connections.isReady && !this.closed) {
      this.context.log?.warn(`the queue's worker has trouble, and goes on`, error);
    }
  }
}

/** Resolves some time after the signal. */
async function givenUp(signal: AbortSignal): Promise<void> {
  if (!signal.aborted)
    await new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }));
  await sleep(GRACE_MS, undefined, { ref: false });
}
