import { eventually } from '../../../test/support/eventually.js';
import { type JobOutcome, type NewJob, Queue, type QueueWorker } from '../queue.js';

export interface OpenedQueue {
  queue: Queue;
  close(): Promise<void>;
}

/** Gives an empty queue with these limits. */
export type OpenQueue = (limits?: Record<string, number>) => Promise<OpenedQueue>;

export const DONE: JobOutcome = { done: true };

/** A job as short as can be: `a1` is one of tenant `a`. */
export function job(id: string, more: Partial<NewJob> = {}): NewJob {
  return { id, data: { v: 1 }, tenant: id[0], lane: 'lane', ...more };
}

/** A worker whose jobs run until they are told how they end. */
export class HeldWorker {
  /** Ids in the order in which they started, again with every start. */
  readonly started: string[] = [];
  readonly signals = new Map<string, AbortSignal>();
  /** How many ran at once at most. */
  peak = 0;
  private readonly ends = new Map<string, (outcome: JobOutcome | Error) => void>();
  private readonly worker: QueueWorker;

  constructor(queue: Queue, concurrency: number) {
    this.worker = queue.work(
      ({ id }, signal) => {
        this.started.push(id);
        this.signals.set(id, signal);
        return new Promise((resolve, reject) => {
          this.ends.set(id, (outcome) => (outcome instanceof Error ? reject(outcome) : resolve(outcome)));
          this.peak = Math.max(this.peak, this.ends.size);
        });
      },
      { concurrency },
    );
  }

  get running(): string[] {
    return [...this.ends.keys()];
  }

  /** Waits until so many have started in all. */
  async hasStarted(count: number): Promise<void> {
    await eventually(() => this.started.length >= count);
  }

  end(id: string, outcome: JobOutcome | Error = DONE): void {
    const end = this.ends.get(id);
    this.ends.delete(id);
    end?.(outcome);
  }

  /** Ends one after the other, as they come, until so many have started in all and ended. */
  async endAll(count: number): Promise<void> {
    let ended = this.started.length - this.ends.size;
    for (; ended < count; ended++) {
      const id = await eventually(() => this.running[0]);
      this.end(id);
    }
  }

  limit(jobs: number): void {
    this.worker.limit(jobs);
  }

  close(): Promise<void> {
    return this.worker.close();
  }

  /** Ends what runs, and closes. */
  async stop(): Promise<void> {
    const closed = this.close();
    for (const id of this.running) this.end(id);
    await closed;
  }
}

/** Several instances over one backend, used in turns: what one did must be known to the next. */
export class SeveralQueues extends Queue {
  readonly outlivesProcess = true;
  private turn = 0;

  constructor(private readonly queues: Queue[]) {
    super();
  }

  add = (one: NewJob) => this.next.add(one);
  remove = (id: string) => this.next.remove(id);
  state = (id: string) => this.next.state(id);
  positions = (ids: string[]) => this.next.positions(ids);
  stats = () => this.next.stats();
  work = (...args: Parameters<Queue['work']>) => this.next.work(...args);

  async close(): Promise<void> {
    await Promise.all(this.queues.map((queue) => queue.close()));
  }

  private get next(): Queue {
    return this.queues[this.turn++ % this.queues.length];
  }
}
