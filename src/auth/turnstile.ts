/** Lets at most `atOnce` pieces of work run; the others wait in line, first come, first served. */
export class Turnstile {
  private running = 0;
  private readonly line: Array<() => void> = [];

  /** Where `maxWaiting` already wait, `pass` rejects with what `full` makes. */
  constructor(
    private readonly atOnce: number,
    private readonly maxWaiting: number,
    private readonly full: () => Error,
  ) {}

  async pass<T>(work: () => Promise<T>): Promise<T> {
    if (this.running < this.atOnce) this.running++;
    else await this.wait();
    try {
      return await work();
    } finally {
      // The place goes straight to the next in line: nobody who comes now gets in between.
      const next = this.line.shift();
      if (next) next();
      else this.running--;
    }
  }

  private wait(): Promise<void> {
    if (this.line.length >= this.maxWaiting) throw this.full();
    return new Promise((resolve) => this.line.push(resolve));
  }
}
