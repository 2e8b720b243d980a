const TICKS_PER_SECOND = 20;

/**
 * Calls `issue` so many times a second, each beside those that have not ended. Fewer where this process is too busy, for
 * what was missed is not made up for, or where `mostPending` have not ended: that many clients wait for their answers.
 */
export class SteadyCalls {
  issued = 0;
  private pending = 0;
  private readonly failures: unknown[] = [];
  private readonly begunAt = performance.now();
  private endedAt: number | undefined;
  private whenIdle: (() => void) | undefined;
  private readonly timer = setInterval(() => this.tick(), 1000 / TICKS_PER_SECOND);

  constructor(
    private readonly wantedPerSecond: number,
    private readonly issue: (n: number) => Promise<unknown>,
    private readonly mostPending = Infinity,
  ) {}

  /** The rate that was reached. */
  get perSecond(): number {
    return Math.round((this.issued / ((this.endedAt ?? performance.now()) - this.begunAt)) * 1000);
  }

  /** Issues no more. Any number of times. */
  stop(): void {
    clearInterval(this.timer);
    this.endedAt ??= performance.now();
  }

  /** Issues no more, and waits for all that was begun; then throws the first failure. */
  async end(): Promise<void> {
    this.stop();
    if (this.pending > 0) await new Promise<void>((resolve) => (this.whenIdle = resolve));
    if (this.failures.length > 0) throw this.failures[0];
  }

  private tick(): void {
    for (let i = 0; i < this.wantedPerSecond / TICKS_PER_SECOND && this.pending < this.mostPending; i++)
      void this.call();
  }

  private async call(): Promise<void> {
    this.pending++;
    try {
      await this.issue(this.issued++);
    } catch (error) {
      this.failures.push(error);
    }
    if (--this.pending === 0) this.whenIdle?.();
  }
}
