import type { RedisClient, RedisLog, RedisScript } from '../../../libs/redis/index.js';
import { WorkerConnections } from './bullmq-connections.js';
import { bullId, MAX_TAG, queueName } from './bullmq-names.js';
import { ADD, POSITIONS, PULSE, PUT_BACK, REMOVE, STATE, STATS } from './bullmq-scripts.js';
import type { LaneQueue } from './bullmq-board.js';
import { BullmqWorker } from './bullmq-worker.js';
import { type JobHandler, type JobState, type NewJob, Queue, type QueueStats, type QueueWorker } from '../queue.js';

const WHAT = 'job queue';
const PULSE_MS = 1000;

export interface BullmqQueueOptions {
  log?: RedisLog;
  /** How often workers renew the lanes' limits and look for new lanes (default 1 s). */
  pulseMs?: number;
  /** Greatest fair tag, before they are brought down again. For tests. */
  greatestTag?: number;
}

/**
 * Each lane is a queue of BullMQ's, with a global concurrency where it has a limit. Band `first` is BullMQ's priority 0,
 * `fair` has its tag for one, `last` the lowest rank. What BullMQ has no single command for is a script around its own.
 *
 * Its limits: a lane is never forgotten (they are endpoints, not people). `concurrency` holds for each lane. The tag of
 * the job that started last is that of the youngest which runs: where all workers of a lane were closed while jobs
 * waited, it may lag.
 */
export class BullmqQueue extends Queue {
  private readonly base: string;
  private readonly workers: BullmqWorker[] = [];
  private readonly givenUp = new AbortController();
  private connections: WorkerConnections | undefined;
  private readonly scripts: Record<'add' | 'remove' | 'putBack', RedisScript<number>>;
  private readonly asking: { state: RedisScript<JobState>; positions: RedisScript<number[]> };
  private readonly counting: RedisScript<[waiting: number, running: number, oldestMs: number, starts: number]>;
  private readonly beating: RedisScript<string[]>;

  constructor(
    private readonly redis: RedisClient,
    private readonly options: BullmqQueueOptions = {},
  ) {
    super();
    this.base = redis.tagged('queue');
    this.scripts = { add: redis.script(ADD), remove: redis.script(REMOVE), putBack: redis.script(PUT_BACK) };
    this.asking = { state: redis.script(STATE), positions: redis.script(POSITIONS) };
    this.counting = redis.script(STATS);
    this.beating = redis.script(PULSE);
  }

  async add({ id, data, tenant, lane, band = 'fair', delayMs = 0 }: NewJob): Promise<void> {
    const what = [bullId(id), queueName(lane), band, Math.max(0, Math.ceil(delayMs)), JSON.stringify(data), tenant];
    await this.run(this.scripts.add, ...what, Date.now(), this.options.greatestTag ?? MAX_TAG);
    for (const worker of this.workers) worker.serve(lane);
  }

  async remove(id: string): Promise<boolean> {
    return (await this.run(this.scripts.remove, bullId(id))) === 1;
  }

  async state(id: string): Promise<JobState> {
    return this.run(this.asking.state, bullId(id));
  }

  async positions(ids: string[]): Promise<Map<string, number>> {
    if (ids.length === 0) return new Map();
    const found = await this.run(this.asking.positions, JSON.stringify(ids.map(bullId)));
    return new Map(ids.map((id, i) => [id, found[i]] as const).filter(([, position]) => position > 0));
  }

  async stats(): Promise<QueueStats> {
    const [waiting, running, oldestWaitingMs, starts] = await this.run(this.counting, Date.now());
    return { waiting, running, oldestWaitingMs: Math.max(0, oldestWaitingMs), startsPerSecond: starts / 10 };
  }

  work(handler: JobHandler, options: { concurrency: number; laneLimits: Record<string, number> }): QueueWorker {
    const connections = (this.connections ??= new WorkerConnections(this.redis));
    const worker = new BullmqWorker(
      {
        connections,
        handler,
        concurrency: options.concurrency,
        prefix: this.base,
        signal: this.givenUp.signal,
        log: this.options.log,
        putBack: async ({ id, lane, band, data, token }, delayMs) => {
          await this.run(this.scripts.putBack, id, lane, band, delayMs, JSON.stringify(data), Date.now(), token);
        },
      },
      (starts, limits) => this.run(this.beating, starts, ...limits),
      options.laneLimits,
      this.options.pulseMs ?? PULSE_MS,
    );
    this.workers.push(worker);
    return worker;
  }

  /** How BullMQ's queues are reached, one a lane: for `BullmqBoard`. */
  async lanes(): Promise<LaneQueue[]> {
    const { commands: connection } = this.redis;
    const names = await this.redis.run(WHAT, () => connection.smembers(`${this.base}-lanes`));
    return names.sort().map((name) => ({ name, connection, prefix: this.base }));
  }

  async close(): Promise<void> {
    this.givenUp.abort();
    await Promise.all(this.workers.map((worker) => worker.close()));
    this.connections?.close();
  }

  private run<Result>(script: RedisScript<Result>, ...args: Array<string | number>): Promise<Result> {
    return this.redis.run(WHAT, () => script.run(`${this.base}-lanes`, this.base, ...args));
  }
}
