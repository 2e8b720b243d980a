import { BullmqLane, type LaneContext } from './bullmq-lane.js';
import { laneOfQueue, queueName } from './bullmq-names.js';
import type { QueueWorker } from '../queue.js';

type Pulse = (starts: number, limits: string[]) => Promise<string[]>;

/** Takes jobs of all lanes, each through a worker of BullMQ's own: those with a limit, and all that ever had a job. */
export class BullmqWorker implements QueueWorker {
  private readonly lanes = new Map<string, BullmqLane>();
  private readonly limits: string[];
  private readonly timer: NodeJS.Timeout;
  private starts = 0;
  private beating = false;
  private isReady = false;
  private closing: Promise<void> | undefined;
  private most: number;
  private isSharing = false;

  constructor(
    private readonly context: Omit<LaneContext, 'started' | 'took' | 'ended'>,
    private readonly pulse: Pulse,
    laneLimits: Record<string, number>,
    everyMs: number,
  ) {
    this.most = context.concurrency;
    this.limits = Object.entries(laneLimits).flatMap(([lane, limit]) => [queueName(lane), `${limit}`]);
    this.timer = setInterval(() => void this.beat(), everyMs);
    this.timer.unref();
    void this.beat();
  }

  /** A lane that may be new: without this it would be found at the next pulse. */
  serve(lane: string): void {
    if (this.isReady && !this.lanes.has(lane)) this.open(lane);
  }

  limit(jobs: number): void {
    this.most = Math.min(jobs, this.context.concurrency);
    this.share();
  }

  close(): Promise<void> {
    return (this.closing ??= this.closeAll());
  }

  private open(lane: string): void {
    if (this.closing) return;
    const calls = { started: () => this.starts++, took: () => this.share(), ended: () => this.shareSoon() };
    this.lanes.set(lane, new BullmqLane(lane, queueName(lane), { ...this.context, ...calls }));
    this.share();
  }

  /**
   * What is left of the limit may come from any lane, so each has less as soon as another takes a job: at once, before BullMQ
   * fetches the next, since it fetches all that it has room for before the first of them starts.
   */
  private share(): void {
    const lanes = [...this.lanes.values()];
    const taken = lanes.reduce((sum, { size }) => sum + size, 0);
    for (const lane of lanes) lane.limit(Math.max(1, this.most - (taken - lane.size)));
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
    const closed = [...this.lanes.values()].map((lane) => lane.close());
    await Promise.all(closed);
    clearInterval(this.timer);
    // Whoever waits for a place of ours.
    await this.beat();
  }

  /** No lane is served before its limit stands. */
  private async beat(): Promise<void> {
    if (this.beating) return;
    this.beating = true;
    void this.context.connections.breakIfDead();
    const { starts } = this;
    try {
      const names = await this.pulse(starts, this.limits);
      this.starts -= starts;
      this.isReady = true;
      for (const name of names) this.serve(laneOfQueue(name));
    } catch {
      // The client tells of the outage; the next pulse tries again.
    }
    this.beating = false;
  }
}
