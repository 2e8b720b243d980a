import { setTimeout as sleep } from 'node:timers/promises';
import { DelayedError, type Job, Worker } from 'bullmq';
import { retry, WHILE_AWAY } from '../../../libs/async/index.js';
import type { RedisLog } from '../../../libs/redis/index.js';
import type { WorkerConnection } from './connections.js';
import type { Line, StoredJob } from './line.js';
import { ownId } from './names.js';
import type { JobHandler, JobOutcome, NewJob } from '../queue.js';

const THROWN_MS = 2000;
/** A worker that died is noticed when its locks ran out, and seen so by two looks: 14 s at most. */
const LOCK_MS = 10_000;
const LOOK_MS = 2000;
/** How long to wait for work in one go, s: also how late a job starts whose waiter died, or for which room was made elsewhere. */
const WAIT_S = 1;
const RETRY_MS = 1000;
/** How long BullMQ may take to store the ends of jobs, and to close. */
const GRACE_MS = 1000;

/** BullMQ wants an error for a job that was moved; its stack would be the dearest part of it. */
const MOVED = new DelayedError();

export interface LaneContext {
  connection: WorkerConnection;
  handler: JobHandler;
  signal: AbortSignal;
  log: RedisLog | undefined;
  started(): void;
  /** A job was fetched: it counts from here, though it starts when BullMQ has fetched all that there is room for. */
  took(): void;
  /** A job that was taken runs no more. */
  ended(): void;
  /** Rejects with `dependency_down` where Redis does not answer. */
  add(job: NewJob): Promise<void>;
}

/** BullMQ's worker of one lane. */
export class LaneWorker {
  private readonly worker: Worker<StoredJob, void>;
  private taken = 0;
  private running = 0;
  /** Of those that run, by id. */
  private readonly locks = new Map<string, string>();
  private isRenewing = false;
  private closed = false;
  private left = 0;
  private troubleAt = 0;
  private idle: () => void = () => {};

  constructor(
    private readonly line: Line,
    concurrency: number,
    private readonly context: LaneContext,
  ) {
    this.worker = new Worker(line.queue.name, (job, token) => this.process(job, token), {
      connection: context.connection.shared,
      prefix: line.queue.opts.prefix,
      concurrency,
      lockDuration: LOCK_MS,
      // BullMQ's own timer for it goes on for ever where it can't close.
      skipLockRenewal: true,
      stalledInterval: LOOK_MS,
      // When a job has killed enough workers is decided by its handler.
      maxStalledCount: Number.MAX_SAFE_INTEGER,
      drainDelay: WAIT_S,
      runRetryDelay: RETRY_MS,
      removeOnComplete: { count: 0 },
      removeOnFail: { count: 0 },
    });
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

  /** Keeps the jobs that run; to be called every few seconds. While Redis is away their locks may run out. */
  async renew(): Promise<void> {
    if (this.locks.size === 0 || this.isRenewing || !this.context.connection.isReady) return;
    this.isRenewing = true;
    const { locks, worker } = this;
    const lost = await worker.extendJobLocks([...locks.keys()], [...locks.values()], LOCK_MS).catch(() => []);
    this.isRenewing = false;
    if (lost.some((id) => locks.has(id))) this.trouble(new Error(`locks of jobs ran out: ${lost.length}`));
  }

  /** Takes no new job; resolves when the running ones have come back, and their end is stored where Redis answers. */
  async close(): Promise<void> {
    this.closed = true;
    await this.worker.pause(true);
    const { signal, connection } = this.context;
    const idle = new Promise<void>((resolve) => (this.idle = resolve));
    if (this.running > 0) await Promise.race([idle, givenUp(signal)]);
    // BullMQ would wait for handlers that were given up, and for a server that is away.
    if (this.running === 0 && connection.isReady)
      await Promise.race([this.worker.close(), sleep(GRACE_MS, undefined, { ref: false })]);
    else await this.worker.close(true);
  }

  private async process(job: Job<StoredJob, void>, token: string | undefined): Promise<void> {
    const { id = '' } = job;
    this.running++;
    this.locks.set(id, token ?? '');
    try {
      // BullMQ may have been fetching one when it was told to stop.
      const outcome: JobOutcome = this.closed ? { done: false, putBackMs: 0 } : await this.handle(job);
      if (outcome.done) return this.line.left(ownId(id), job.data.tenant);
      await Promise.race([this.putBack(job, token, outcome.putBackMs), givenUp(this.context.signal)]);
      throw MOVED;
    } finally {
      this.taken--;
      this.context.ended();
      // A job whose lock ran out may have been given to this very process again.
      if (this.locks.get(id) === (token ?? '')) this.locks.delete(id);
      if (--this.running === 0) this.idle();
    }
  }

  private async handle({ id, data }: Job<StoredJob, void>): Promise<JobOutcome> {
    const { handler, signal, started } = this.context;
    started();
    try {
      return await handler({ id: ownId(id!), data: data.job }, signal);
    } catch (error) {
      // As text: what is thrown must not make the warning throw, too, and the job be lost.
      process.emitWarning(String(error));
      return { done: false, putBackMs: THROWN_MS };
    }
  }

  /** While Redis is away it waits; its lock may run out meanwhile, then another worker has the job. */
  private async putBack(job: Job<StoredJob, void>, token: string | undefined, delayMs: number): Promise<void> {
    const due = Date.now() + Math.max(0, Math.ceil(delayMs));
    const band = job.name === 'last' ? 'last' : 'first';
    try {
      if (band === 'first' && job.priority !== 0) await job.changePriority({ priority: 0 });
      await job.moveToDelayed(due, token);
    } catch {
      // It is gone, with all that Redis knew, or it is not ours any more: then adding it changes nothing.
      const { tenant, job: data } = job.data;
      const again = { id: ownId(job.id!), data, tenant, lane: this.line.lane, band } as const;
      const { add, signal } = this.context;
      const added = retry(() => add({ ...again, delayMs: due - Date.now() }), WHILE_AWAY, signal);
      await added.catch((error: unknown) => this.trouble(error));
    }
  }

  /** One word for all that a worker left, not one a job. */
  private countLeft(): void {
    if (this.left++ > 0) return;
    setImmediate(() => {
      const { log } = this.context;
      log?.info(`jobs left by their workers, for others to take: ${this.left} in lane ${this.line.lane}`);
      this.left = 0;
    });
  }

  /** After an outage each running job reports its lost lock: an operator hears of it once. */
  private trouble(error: unknown): void {
    const isNew = Date.now() - this.troubleAt > 30_000;
    this.troubleAt = Date.now();
    if (isNew && this.context.connection.isReady && !this.closed) {
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
