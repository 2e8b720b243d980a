import type { WorkerConnection } from './connections.js';
import { type LaneContext, LaneWorker } from './lane-worker.js';
import type { Line } from './line.js';
import type { Starts } from './starts.js';
import type { QueueWorker } from '../queue.js';

const PULSE_MS = 1000;
/** How often locks are renewed, which last 10 s, in pulses. */
const RENEW_PULSES = 3;

export interface WorkerContext extends Pick<LaneContext, 'handler' | 'signal' | 'log' | 'add'> {
  connection: WorkerConnection;
  lines: Line[];
  /** By lane. */
  limits: Record<string, number>;
  concurrency: number;
  starts: Starts;
}

/** Takes jobs of all lanes, each through a worker of BullMQ's own. */
export class BullmqWorker implements QueueWorker {
  private readonly lanes: LaneWorker[] = [];
  private readonly timer: NodeJS.Timeout;
  private isBeating = false;
  private pulses = 0;
  private closing: Promise<void> | undefined;
  private most: number;
  private isSharing = false;

  constructor(private readonly context: WorkerContext) {
    this.most = context.concurrency;
    this.timer = setInterval(() => this.pulse(), PULSE_MS);
    this.timer.unref();
    void this.beat();
  }

  limit(jobs: number): void {
    this.most = Math.max(1, Math.min(jobs, this.context.concurrency));
    this.share();
  }

  close(): Promise<void> {
    return (this.closing ??= this.closeAll());
  }

  private open(): void {
    const { lines, concurrency, starts } = this.context;
    const calls = {
      started: () => starts.count(),
      took: () => this.share(),
      ended: () => this.shareSoon(),
    };
    for (const line of lines) this.lanes.push(new LaneWorker(line, concurrency, { ...this.context, ...calls }));
    this.share();
  }

  /**
   * What is left of the limit may come from any lane, so each has less as soon as another takes a job: at once, before BullMQ
   * fetches the next, since it fetches all that it has room for before the first of them starts.
   */
  private share(): void {
    const taken = this.lanes.reduce((sum, { size }) => sum + size, 0);
    for (const lane of this.lanes) lane.limit(Math.max(1, this.most - (taken - lane.size)));
  }

  /** Each lane has more where a job ended: once for all that end together, because a full lane has to look anew. */
  private shareSoon(): void {
    if (this.isSharing) return;
    this.isSharing = true;
    setImmediate(() => {
      this.isSharing = false;
      this.share();
    });
  }

  private async closeAll(): Promise<void> {
    await Promise.all(this.lanes.map((lane) => lane.close()));
    clearInterval(this.timer);
  }

  private pulse(): void {
    void this.beat();
    if (++this.pulses % RENEW_PULSES === 0) for (const lane of this.lanes) void lane.renew();
  }

  /** Renews the limits, which a server that was emptied has forgotten: no lane is served before its limit stands. */
  private async beat(): Promise<void> {
    if (this.isBeating) return;
    this.isBeating = true;
    const { connection, lines, limits, starts } = this.context;
    void connection.breakIfDead();
    try {
      const limited = lines.filter(({ lane }) => Object.hasOwn(limits, lane));
      await Promise.all([starts.tell(), ...limited.map(({ lane, queue }) => queue.setGlobalConcurrency(limits[lane]))]);
      if (this.lanes.length === 0 && !this.closing) this.open();
    } catch {
      // The client tells of the outage; the next pulse tries again.
    }
    this.isBeating = false;
  }
}
