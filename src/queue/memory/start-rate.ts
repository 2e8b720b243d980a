const SECONDS = 10;

/** Counts starts per second over the last ten seconds. */
export class StartRate {
  private readonly counts = new Array<number>(SECONDS).fill(0);
  private second = 0;

  count(): void {
    this.forward();
    this.counts[this.second % SECONDS]++;
  }

  get perSecond(): number {
    this.forward();
    return this.counts.reduce((sum, n) => sum + n, 0) / SECONDS;
  }

  private forward(): void {
    const now = Math.floor(performance.now() / 1000);
    const passed = Math.min(SECONDS, now - this.second);
    for (let i = 1; i <= passed; i++) this.counts[(now - passed + i) % SECONDS] = 0;
    this.second = now;
  }
}
