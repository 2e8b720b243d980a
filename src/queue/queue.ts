/** What a job is about: small ids only, never content. `v` is the version of its form. */
export interface JobData {
  v: number;
  [key: string]: string | number | boolean;
}

/** Jobs of all lanes without a limit of their own: they share one order. */
export const COMMON_LANE = '*';

export interface NewJob {
  /** Unique among the jobs of its lane. */
  id: string;
  data: JobData;
  /** Whose turn this is: fairness is among tenants (users). */
  tenant: string;
  /** A lane that the queue was made with, and so its limit (an endpoint's `maxConcurrent`). Any other is `COMMON_LANE`. */
  lane: string;
  /**
   * `first`: has begun before, goes ahead of all (default for a job put back). `fair`: see `Queue`. `last`: only when
   * nothing else of its lane waits; has no position and does not count as waiting.
   */
  band?: 'first' | 'fair' | 'last';
  /** Not before so many ms from now. A job whose time has come counts as delayed until a worker looks for work. */
  delayMs?: number;
}

export type JobState = 'waiting' | 'delayed' | 'running' | 'absent';

/** What a handler says of its job: done with, or again (at the front) after so many ms. */
export type JobOutcome = { done: true } | { done: false; putBackMs: number };

/** `signal` aborts when the worker gives the job up. */
export type JobHandler = (job: { id: string; data: JobData }, signal: AbortSignal) => Promise<JobOutcome>;

export interface QueueStats {
  /** Waiting jobs of bands `first` and `fair`, and all delayed ones. */
  waiting: number;
  running: number;
  /**
   * Of what waits and has never begun: at least the age of what is next in some lane, at most that of the oldest, ms; 0
   * where none waits.
   */
  oldestWaitingMs: number;
  /** Jobs started per second, over the last ten seconds; as of a second ago. */
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
 * Jobs that wait for a worker, in lanes: the common one, and one for each limit that the queue is made with. At least once:
 * a job whose worker dies is given to another.
 *
 * **Order**, in each lane: jobs of one tenant start in the order of adding. Of one tenant's many and another's one, the one
 * is among the next three to start. Nobody starves, whoever keeps adding. Band `first` is served before, band `last` after.
 *
 * **Position** counts from 1: how many of its lane start before it, itself included, as things stood up to 250 ms ago.
 * What this process has added is in it.
 *
 * Rejects with `dependency_down` where the backend does not answer.
 */
export abstract class Queue {
  /** Whether jobs outlive this process, so that others can go on with them. */
  abstract readonly outlivesProcess: boolean;

  /** Adds a job. An id that already waits, is delayed or runs in the same lane: nothing happens. */
  abstract add(job: NewJob): Promise<void>;

  /** Takes a waiting or delayed job off the queue. A running one is left alone. */
  abstract remove(id: string): Promise<void>;

  abstract state(id: string): Promise<JobState>;

  /** Positions of these jobs, those that wait and have one: delayed, running, absent and `last` ones are not in it. */
  abstract positions(ids: string[]): Promise<Map<string, number>>;

  abstract stats(): Promise<QueueStats>;

  /**
   * Starts taking jobs of all lanes: at most `concurrency` at once in this worker, counted as `limit` counts, and of a lane
   * with a limit at most so many over all workers of all instances (who must all say the same). A handler that throws puts
   * its job back for 2 s.
   */
  abstract work(handler: JobHandler, options: { concurrency: number }): QueueWorker;

  /** Forgets nothing that a backend keeps; ends timers. Any number of times. */
  abstract close(): Promise<void>;
}
