import { type Job, Lane } from './lane.js';
import {
  COMMON_LANE,
  type JobHandler,
  type JobState,
  type NewJob,
  Queue,
  type QueueStats,
  type QueueWorker,
} from '../queue.js';
import { Sorted } from './sorted.js';
import { StartRate } from './start-rate.js';

const THROWN_MS = 2000;
/** The longest that a timer can wait; what is due later is looked at again then. */
const MAX_TIMER_MS = 2 ** 31 - 1;

interface Worker {
  handler: JobHandler;
  concurrency: number;
  limit: number;
  running: number;
  closed: boolean;
  whenDone: Array<() => void>;
}

/**
 * Jobs in this process, gone with it: who adds them must find them again in a store.
 *
 * **Order** is start-time fair queueing (Goyal, Vin, Cheng 1996) over tenants, in each lane: a `fair` job's tag is 1 + the
 * greater of its tenant's last tag and the tag of the job that started last. The lowest tag goes first, then the older one.
 * The tags begin at 0 again when nothing waits or is delayed. Band `first` is served before and moves no tag, band `last`
 * after.
 */
export class MemoryQueue extends Queue {
  readonly outlivesProcess = false;
  private readonly jobs = new Map<string, Job>();
  private readonly lanes = new Map<string, Lane>();
  private readonly delayed = new Sorted<Job>((a, b) => a.at - b.at || a.order - b.order);
  /** First and fair ones, delayed ones too; those that wait longest first. */
  private readonly waiting = new Map<string, Job>();
  private readonly workers: Worker[] = [];
  private readonly rate = new StartRate();
  private readonly givenUp = new AbortController();
  private timer: NodeJS.Timeout | undefined;
  private order = 0;
  private running = 0;
  private delayedLast = 0;
  private isScheduled = false;

  /** `limits`: of each lane but the common one. */
  constructor(private readonly limits: Record<string, number> = {}) {
    super();
  }

  async add({ id, data, tenant, lane: named, band = 'fair', delayMs = 0 }: NewJob): Promise<void> {
    if (this.jobs.has(id)) return;
    const lane = Object.hasOwn(this.limits, named) ? named : COMMON_LANE;
    const job: Job = { id, data, tenant, lane, band, state: 'waiting', order: 0, tag: 0, at: 0 };
    this.jobs.set(id, job);
    this.enter(job, delayMs);
  }

  async remove(id: string): Promise<void> {
    const job = this.jobs.get(id);
    if (!job || job.state === 'running') return;
    this.leave(job);
    this.jobs.delete(id);
    this.forgetIdle(job.lane);
  }

  async state(id: string): Promise<JobState> {
    return this.jobs.get(id)?.state ?? 'absent';
  }

  async positions(ids: string[]): Promise<Map<string, number>> {
    const positions = new Map<string, number>();
    for (const id of ids) {
      const job = this.waiting.get(id);
      const position = job?.state === 'waiting' ? this.laneOf(job.lane).position(job) : undefined;
      if (position !== undefined) positions.set(id, position);
    }
    return positions;
  }

  async stats(): Promise<QueueStats> {
    let oldest: Job | undefined;
    for (const job of this.waiting.values()) if (job.state === 'waiting' && (oldest = job)) break;
    return {
      waiting: this.waiting.size + this.delayedLast,
      running: this.running,
      oldestWaitingMs: oldest ? Math.max(0, Date.now() - oldest.at) : 0,
      startsPerSecond: this.rate.perSecond,
    };
  }

  work(handler: JobHandler, { concurrency }: { concurrency: number }): QueueWorker {
    const worker: Worker = { handler, concurrency, limit: Infinity, running: 0, closed: false, whenDone: [] };
    this.workers.push(worker);
    this.schedule();
    return {
      close: async () => {
        worker.closed = true;
        if (worker.running > 0) await new Promise<void>((resolve) => worker.whenDone.push(resolve));
      },
      limit: (jobs) => {
        worker.limit = Math.max(1, jobs);
        this.schedule();
      },
    };
  }

  async close(): Promise<void> {
    clearTimeout(this.timer);
    for (const worker of this.workers) worker.closed = true;
    this.givenUp.abort();
  }

  /** Puts a job into its line, now or when it is due. */
  private enter(job: Job, delayMs: number): void {
    job.order = ++this.order;
    job.at = Date.now() + delayMs;
    if (job.band !== 'last') this.waiting.set(job.id, job);
    if (delayMs > 0) {
      job.state = 'delayed';
      this.laneOf(job.lane).delayed++;
      if (job.band === 'last') this.delayedLast++;
      this.delayed.add(job);
      if (this.delayed.first === job) this.setTimer();
      return;
    }
    job.state = 'waiting';
    this.laneOf(job.lane).add(job);
    this.schedule();
  }

  /** Takes a job that does not run out of where it stands. */
  private leave(job: Job): void {
    const lane = this.laneOf(job.lane);
    this.waiting.delete(job.id);
    if (job.state === 'delayed') {
      this.delayed.remove(job);
      lane.delayed--;
      if (job.band === 'last') this.delayedLast--;
    } else {
      lane.remove(job);
    }
  }

  private setTimer(): void {
    clearTimeout(this.timer);
    const { first } = this.delayed;
    if (!first || this.givenUp.signal.aborted) return;
    this.timer = setTimeout(() => this.wakeDue(), Math.min(MAX_TIMER_MS, Math.max(0, first.at - Date.now())));
    this.timer.unref();
  }

  private wakeDue(): void {
    const now = Date.now();
    for (let job = this.delayed.first; job && job.at <= now; job = this.delayed.first) {
      this.leave(job);
      this.enter(job, 0);
    }
    this.setTimer();
  }

  /** Starts what can start, soon and once, however much was added. */
  private schedule(): void {
    if (this.isScheduled) return;
    this.isScheduled = true;
    setImmediate(() => {
      this.isScheduled = false;
      while (this.startOne());
    });
  }

  private startOne(): boolean {
    const worker = this.workers.find(hasRoom);
    const lane = worker && this.nextLane();
    const job = lane?.next;
    if (!worker || !lane || !job) return false;
    this.leave(job);
    job.state = 'running';
    lane.started(job);
    lane.settle();
    lane.servedAt = ++this.order;
    lane.running++;
    worker.running++;
    this.running++;
    this.rate.count();
    void this.run(worker, lane, job);
    return true;
  }

  /** Of the lanes with room the one served longest ago; one where only `last` jobs wait comes after all others. */
  private nextLane(): Lane | undefined {
    let best: Lane | undefined;
    for (const [name, lane] of this.lanes) {
      if (!lane.next || lane.running >= this.limitOf(name)) continue;
      if (!best || isBefore(lane, best)) best = lane;
    }
    return best;
  }

  private async run(worker: Worker, lane: Lane, job: Job): Promise<void> {
    const outcome = await this.outcomeOf(worker, job);
    lane.running--;
    worker.running--;
    this.running--;
    if (outcome.done) {
      this.jobs.delete(job.id);
      this.forgetIdle(job.lane);
    } else {
      if (job.band === 'fair') job.band = 'first';
      this.enter(job, outcome.putBackMs);
    }
    if (worker.running === 0) worker.whenDone.splice(0).forEach((resolve) => resolve());
    this.schedule();
  }

  private async outcomeOf({ handler }: Worker, { id, data }: Job) {
    try {
      return await handler({ id, data }, this.givenUp.signal);
    } catch (error) {
      // As text: what is thrown must not make the warning throw, too, and the job be lost.
      process.emitWarning(String(error));
      return { done: false as const, putBackMs: THROWN_MS };
    }
  }

  private limitOf(lane: string): number {
    return Object.hasOwn(this.limits, lane) ? this.limits[lane] : Infinity;
  }

  private laneOf(name: string): Lane {
    let lane = this.lanes.get(name);
    if (!lane) this.lanes.set(name, (lane = new Lane()));
    return lane;
  }

  private forgetIdle(name: string): void {
    const lane = this.laneOf(name);
    lane.settle();
    if (lane.isIdle) this.lanes.delete(name);
  }
}

function hasRoom({ closed, running, concurrency, limit }: Worker): boolean {
  return !closed && running < Math.min(concurrency, limit);
}

function isBefore(a: Lane, b: Lane): boolean {
  if (a.waiting > 0 !== b.waiting > 0) return a.waiting > 0;
  return a.servedAt < b.servedAt;
}
