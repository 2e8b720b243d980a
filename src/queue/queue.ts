/** What a job is about: small ids only, never content. `v` is the version of its form. */
export interface JobData {
  v: number;
  [key: string]: string | number | boolean;
}

export interface NewJob {
  /** Unique among all jobs. */
  id: string;
  data: JobData;
  /** Whose turn this is: fairness is among tenants (users). */
  tenant: string;
  /** Jobs of one lane share the lane's limit (an endpoint's `maxConcurrent`). A lane without a limit is not limited. */
  lane: string;
  /**
   * `first`: has begun before, goes ahead of all (default for a job put back). `fair`: start-time fair queueing.
   * `last`: only when nothing else of its lane waits; has no position and does not count as waiting.
   */
  band?: 'first' | 'fair' | 'last';
  /** Not before so many ms from now. A job whose time has come counts as delayed until a worker looks for work. */
  delayMs?: number;
}

export type JobState = 'waiting' | 'delayed' | 'running' | 'absent';

/** What a handler says of its job: done with, or again (at the front) after so many ms. */
export type JobOutcome = { done: true } | { done: false; putBackMs: number };

/** `signal` aborts when the worker gives the job up. */
export type JobHandler = (job: { id: string; data: JobData; lane: string }, signal: AbortSignal) => Promise<JobOutcome>;

export interface QueueStats {
  /** Waiting jobs of bands `first` and `fair`, and all delayed ones. */
  waiting: number;
  running: number;
  /** Age of the oldest waiting job in ms; 0 where none waits. */
  oldestWaitingMs: number;
  /** Jobs started per second, over the last ten seconds. */
  startsPerSecond: number;
}

/** A worker takes jobs until closed. */
export interface QueueWorker {
  /** Takes no new job from now on; resolves when the running ones have come back. Never interrupts one. */
  close(): Promise<void>;

  /**
   * From now on takes a job only while fewer than `jobs` of its own run, over all lanes and never more than `concurrency`.
   * Never interrupts one. Each lane may always run one, and one that a lane is just fetching comes on top.
   */
  limit(jobs: number): void;
}

/**
 * Jobs that wait for a worker. At least once: a job whose worker dies is given to another.
 *
 * **Order** is start-time fair queueing (Goyal, Vin, Cheng 1996) over tenants, in each lane: a `fair` job's tag is
 * 1 + the greater of its tenant's last tag and the tag of the job that started last. The lowest tag goes first, then the
 * older one. So many jobs of one tenant delay another's first by one slot, and nobody starves. The tags begin at 0 again
 * when nothing waits or is delayed. Band `first` is served before and moves no tag, band `last` after.
 *
 * **Position** counts from 1: how many of its lane start before it, itself included.
 *
 * Rejects with `dependency_down` where the backend does not answer.
 */
export abstract class Queue {
  /** Adds a job. An id that already waits, is delayed or runs: nothing happens. */
  abstract add(job: NewJob): Promise<void>;

  /** Takes a waiting or delayed job off the queue. True only if this call did. A running one is left alone. */
  abstract remove(id: string): Promise<boolean>;

  abstract state(id: string): Promise<JobState>;

  /** Positions of these jobs, those that wait and have one: delayed, running, absent and `last` ones are not in it. */
  abstract positions(ids: string[]): Promise<Map<string, number>>;

  abstract stats(): Promise<QueueStats>;

  /**
   * Starts taking jobs: at most `concurrency` at once in this worker, counted as `limit` counts, and of a lane in
   * `laneLimits` at most so many over all workers of all instances (who must all say the same). A handler that throws puts
   * its job back for 2 s.
   */
  abstract work(handler: JobHandler, options: { concurrency: number; laneLimits: Record<string, number> }): QueueWorker;

  /** Forgets nothing that a backend keeps; ends timers. Any number of times. */
  abstract close(): Promise<void>;
}
