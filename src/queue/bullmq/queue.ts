import type { RedisClient, RedisLog } from '../../../libs/redis/index.js';
import { WorkerConnection } from './connections.js';
import { InFlight } from './in-flight.js';
import { Line, type LineQueue } from './line.js';
import { LAST_PRIORITY } from './names.js';
import { Starts } from './starts.js';
import { BullmqWorker } from './worker.js';
import {
  COMMON_LANE,
  type JobHandler,
  type JobState,
  type NewJob,
  Queue,
  type QueueStats,
  type QueueWorker,
} from '../queue.js';

const WHAT = 'job queue';

export interface BullmqQueueOptions {
  log?: RedisLog;
  /** Greatest priority of a `fair` job: where it is reached all wait in the order of adding, until nothing waits. For tests. */
  greatest?: number;
}

/** What all keys of the queue begin with: one hash tag, as a script of BullMQ's uses several. */
export function prefixOf(redis: RedisClient): string {
  return redis.tagged('answers');
}

/**
 * Each lane is a queue of BullMQ's, with a global concurrency where it has a limit; see `Line`.
 *
 * Its limit: fairness holds for as many turns as BullMQ knows priorities, two million, between two times when nothing waits.
 */
export class BullmqQueue extends Queue {
  readonly outlivesProcess = true;
  private readonly lines = new Map<string, Line>();
  private readonly workers: BullmqWorker[] = [];
  private readonly givenUp = new AbortController();
  private readonly starts: Starts;
  private connection: WorkerConnection | undefined;

  /** `queues`: BullMQ's, by lane. `limits`: of each lane but the common one. */
  constructor(
    private readonly redis: RedisClient,
    queues: Map<string, LineQueue>,
    private readonly limits: Record<string, number>,
    private readonly options: BullmqQueueOptions = {},
  ) {
    super();
    const inFlight = new InFlight(redis, options.greatest ?? LAST_PRIORITY - 1);
    for (const [lane, queue] of queues) this.lines.set(lane, new Line(lane, queue, inFlight));
    this.starts = new Starts(redis, prefixOf(redis));
  }

  async add(job: NewJob): Promise<void> {
    const line = this.lines.get(job.lane) ?? (this.lines.get(COMMON_LANE) as Line);
    await this.run(() => line.add(job));
  }

  async remove(id: string): Promise<void> {
    await this.run(() => this.each((line) => line.remove(id)));
  }

  async state(id: string): Promise<JobState> {
    const states = await this.run(() => this.each((line) => line.state(id)));
    return states.find((state) => state !== 'absent') ?? 'absent';
  }

  async positions(ids: string[]): Promise<Map<string, number>> {
    if (ids.length === 0) return new Map();
    const places = await this.run(() => this.each((line) => line.readPositions()));
    const found = new Map<string, number>();
    for (const id of ids) {
      const position = places.map((of) => of(id)).find((one) => one !== undefined);
      if (position !== undefined) found.set(id, position);
    }
    return found;
  }

  async stats(): Promise<QueueStats> {
    const [startsPerSecond, lanes] = await this.run(() =>
      Promise.all([this.starts.perSecond(), this.each((line) => line.counts())]),
    );
    return {
      waiting: lanes.reduce((sum, { waiting }) => sum + waiting, 0),
      running: lanes.reduce((sum, { running }) => sum + running, 0),
      oldestWaitingMs: Math.max(...lanes.map(({ oldestWaitingMs }) => oldestWaitingMs)),
      startsPerSecond,
    };
  }

  work(handler: JobHandler, { concurrency }: { concurrency: number }): QueueWorker {
    const connection = (this.connection ??= new WorkerConnection(this.redis));
    const { limits, starts } = this;
    const { signal } = this.givenUp;
    const lines = [...this.lines.values()];
    const { log } = this.options;
    const add = (job: NewJob) => this.add(job);
    const worker = new BullmqWorker({ connection, lines, limits, concurrency, starts, handler, signal, log, add });
    this.workers.push(worker);
    return worker;
  }

  async close(): Promise<void> {
    this.givenUp.abort();
    await Promise.all(this.workers.map((worker) => worker.close()));
    this.connection?.close();
  }

  private each<T>(ask: (line: Line) => Promise<T>): Promise<T[]> {
    return Promise.all([...this.lines.values()].map(ask));
  }

  private run<T>(work: () => Promise<T>): Promise<T> {
    return this.redis.run(WHAT, work);
  }
}
