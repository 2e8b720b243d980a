const SECONDS = 10;

/** How many a second, over the last ten seconds that are over. */
export class Rate {
  private readonly counts = new Array<number>(SECONDS + 1).fill(0);
  private second: number;

  /** `now`: a clock in ms that only goes forward. */
  constructor(private readonly now = () => performance.now()) {
    this.second = Math.floor(now() / 1000);
  }

  count(): void {
    this.forward();
    this.counts[this.second % this.counts.length]++;
  }

  get perSecond(): number {
    this.forward();
    const present = this.counts[this.second % this.counts.length];
    return (this.counts.reduce((sum, n) => sum + n, 0) - present) / SECONDS;
  }

  private forward(): void {
    const second = Math.floor(this.now() / 1000);
    const passed = Math.min(this.counts.length, second - this.second);
    for (let i = 0; i < passed; i++) this.counts[(second - i) % this.counts.length] = 0;
    this.second = second;
  }
}
