import type { Job, Queue as BullQueue } from 'bullmq';
import type { InFlight } from './in-flight.js';
import { bullId, LAST_PRIORITY } from './names.js';
import { Recent } from './recent.js';
import type { JobData, JobState, NewJob } from '../queue.js';

/** Many people wait, and ask for their positions about once a second. */
const PLACES_MS = 250;

/** A job as BullMQ keeps it; its name is its band, so that an operator sees it. */
export interface StoredJob {
  tenant: string;
  job: JobData;
}

export type LineQueue = BullQueue<StoredJob, void>;

export interface LineCounts {
  waiting: number;
  running: number;
  oldestWaitingMs: number;
}

/**
 * One lane: a queue of BullMQ's. Band `first` has no priority, `last` the lowest, `fair` what `InFlight` gives it.
 *
 * So a tenant's first job is behind what stands at the two lowest priorities, where one with many has one each: it is among
 * the next three. And nobody joins what is next in line, so that it is served to its end: nobody starves.
 */
export class Line {
  private readonly places = new Recent(() => this.readPlaces(), PLACES_MS);
  private readonly front = new Recent(() => this.readFront(), 0);

  constructor(
    readonly lane: string,
    readonly queue: LineQueue,
    private readonly inFlight: InFlight,
  ) {
    // The client tells of outages; BullMQ would print an error that nobody hears.
    queue.on('error', () => {});
  }

  async add({ id, data, tenant, band = 'fair', delayMs = 0 }: NewJob): Promise<void> {
    const priority = await this.priorityOf(id, tenant, band);
    const delay = Math.max(0, Math.ceil(delayMs));
    await this.queue.add(band, { tenant, job: data }, { jobId: bullId(id), priority, delay });
    // Who has just asked asks for the position next, and mostly here.
    this.places.forget();
  }

  async remove(id: string): Promise<void> {
    const job = await this.queue.getJob(bullId(id));
    if (!job || (await job.isActive())) return;
    // Not one that was locked by now: it runs.
    if (await this.queue.remove(bullId(id))) this.left(id, job.data.tenant);
  }

  /** A job that is done with, or was removed. */
  left(id: string, tenant: string): void {
    this.inFlight.leave(this.lane, tenant, id);
  }

  async state(id: string): Promise<JobState> {
    const state = await this.queue.getJobState(bullId(id));
    if (state === 'waiting' || state === 'prioritized') return 'waiting';
    if (state === 'active') return 'running';
    return state === 'delayed' ? 'delayed' : 'absent';
  }

  /** Gives back what tells positions by id. */
  async readPositions(): Promise<(id: string) => number | undefined> {
    const places = await this.places.get();
    return (id) => places.get(bullId(id));
  }

  async counts(): Promise<LineCounts> {
    const { wait, prioritized, delayed, active } = await this.queue.getJobCounts(
      'wait',
      'prioritized',
      'delayed',
      'active',
    );
    const isEmpty = wait + prioritized === 0;
    const [last, oldestWaitingMs] = isEmpty
      ? [0, 0]
      : await Promise.all([prioritized > 0 ? this.countLast() : 0, this.oldestAge()]);
    return { waiting: wait + prioritized - last + delayed, running: active, oldestWaitingMs };
  }

  private async priorityOf(id: string, tenant: string, band: NonNullable<NewJob['band']>): Promise<number | undefined> {
    if (band === 'last') return LAST_PRIORITY;
    const priority = await this.inFlight.enter(this.lane, tenant, id, await this.front.get());
    return band === 'first' ? undefined : priority;
  }

  /** The priority of the `fair` job that is next; 0 where none waits. */
  private async readFront(): Promise<number> {
    const [next] = await this.nextFair();
    return next && next.priority < LAST_PRIORITY ? next.priority : 0;
  }

  private nextFair(): Promise<Array<Job<StoredJob, void>>> {
    return this.queue.getJobs(['prioritized'], 0, 0, true);
  }

  private async readPlaces(): Promise<Map<string, number>> {
    const [ids, last] = await Promise.all([
      this.queue.getRanges(['wait', 'prioritized'], 0, -1, true),
      this.countLast(),
    ]);
    return new Map(ids.slice(0, Math.max(0, ids.length - last)).map((id, i) => [id, i + 1]));
  }

  private async countLast(): Promise<number> {
    return (await this.queue.getCountsPerPriority([LAST_PRIORITY]))[LAST_PRIORITY] ?? 0;
  }

  /** What has begun before goes ahead of all, and need not be asked how long it has waited. */
  private async oldestAge(): Promise<number> {
    const [first, fair] = await Promise.all([this.queue.getJobs(['wait'], 0, 0, true), this.nextFair()]);
    const ages = [...first, ...fair]
      .filter(({ processedOn, priority }) => processedOn === undefined && priority < LAST_PRIORITY)
      .map(({ timestamp, opts }) => Date.now() - timestamp - (opts.delay ?? 0));
    return Math.max(0, ...ages);
  }
}
