import { BullmqLane, type LaneContext } from './bullmq-lane.js';
import { laneOfQueue, queueName } from './bullmq-names.js';
import type { QueueWorker } from './queue.js';

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
  private most = Infinity;

  constructor(
    private readonly context: Omit<LaneContext, 'started'>,
    private readonly pulse: Pulse,
    laneLimits: Record<string, number>,
    everyMs: number,
  ) {
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
    this.most = jobs;
    this.lanes.forEach((lane) => this.limitLane(lane));
  }

  close(): Promise<void> {
    return (this.closing ??= this.closeAll());
  }

  private open(lane: string): void {
    if (this.closing) return;
    const opened = new BullmqLane(lane, queueName(lane), { ...this.context, started: () => this.starts++ });
    this.lanes.set(lane, opened);
    this.limitLane(opened);
  }

  /** What is left of the limit may come from any lane. */
  private limitLane(lane: BullmqLane): void {
    const running = [...this.lanes.values()].reduce((sum, { size }) => sum + size, 0);
    const jobs = Math.max(1, this.most - (running - lane.size));
    lane.limit(Math.min(this.context.concurrency, jobs));
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
