import { Sorted } from './sorted.js';
import type { JobData, NewJob } from '../queue.js';

export interface Job {
  id: string;
  data: JobData;
  tenant: string;
  lane: string;
  band: NonNullable<NewJob['band']>;
  state: 'waiting' | 'delayed' | 'running';
  /** Counts up with every entering into a line. */
  order: number;
  /** Start tag of fair queueing. */
  tag: number;
  /** When it entered the line, or when it is due; ms since 1970. */
  at: number;
}

const byOrder = (a: Job, b: Job) => a.order - b.order;
const byTag = (a: Job, b: Job) => a.tag - b.tag || a.order - b.order;

/** The jobs of one lane that wait, in the order in which they start. */
export class Lane {
  running = 0;
  /** Jobs of this lane that are delayed: as long as there are any, the tags go on. */
  delayed = 0;
  /** Counts up with every start in any lane: the lane that was served longest ago is the next. */
  servedAt = 0;
  private readonly lines = {
    first: new Sorted<Job>(byOrder),
    fair: new Sorted<Job>(byTag),
    last: new Sorted<Job>(byOrder),
  };
  private readonly tagOf = new Map<string, number>();
  private startedTag = 0;

  /** First and fair ones. */
  get waiting(): number {
    return this.lines.first.length + this.lines.fair.length;
  }

  get isIdle(): boolean {
    return this.waiting + this.lines.last.length + this.running + this.delayed === 0;
  }

  /** The next to start; `last` ones only where nothing else waits. */
  get next(): Job | undefined {
    const { first, fair, last } = this.lines;
    return first.first ?? fair.first ?? last.first;
  }

  add(job: Job): void {
    if (job.band === 'fair') {
      job.tag = 1 + Math.max(this.tagOf.get(job.tenant) ?? 0, this.startedTag);
      this.tagOf.set(job.tenant, job.tag);
    }
    this.lines[job.band].add(job);
  }

  /** Takes a job out of the line, to start it or for good. */
  remove(job: Job): void {
    this.lines[job.band].remove(job);
  }

  started(job: Job): void {
    if (job.band === 'fair') this.startedTag = job.tag;
  }

  /** Begins the tags at 0 again where nothing waits or is delayed. */
  settle(): void {
    if (this.waiting + this.delayed > 0) return;
    this.tagOf.clear();
    this.startedTag = 0;
  }

  /** From 1; undefined for a `last` one. */
  position(job: Job): number | undefined {
    const { first, fair } = this.lines;
    if (job.band === 'first') return first.indexOf(job) + 1;
    if (job.band === 'fair') return first.length + fair.indexOf(job) + 1;
    return undefined;
  }
}
