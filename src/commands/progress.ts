/** Where a command tells what it does. `bar`: a terminal, on which the last line may be written over. */
export interface MigrateIo {
  out(line: string): void;
  err(line: string): void;
  bar?: { write(text: string): void; columns?: number };
}

const BAR_MS = 100;
const LINE_MS = 5000;
const WIDTH = 24;

/** How far a long piece of work is: a bar on a terminal, else a line every few seconds. */
export class Progress {
  private readonly startedAt = performance.now();
  private shownAt = performance.now();
  private done = 0;

  constructor(
    private readonly io: MigrateIo,
    private readonly what: string,
    private readonly total: number,
  ) {}

  add(count: number): void {
    this.done += count;
    const now = performance.now();
    if (now - this.shownAt < (this.io.bar ? BAR_MS : LINE_MS)) return;
    this.shownAt = now;
    if (this.io.bar) this.draw(this.io.bar);
    else this.io.out(this.line());
  }

  /** The last line stays. */
  end(): void {
    this.clear();
    const seconds = this.seconds();
    const rate = seconds >= 1 ? `, ${number(this.done / seconds)} a second` : '';
    this.io.out(`${this.what}: ${number(this.done)} in ${seconds.toFixed(1)} s${rate}`);
  }

  /** Takes the bar away, so that something else can be said. */
  clear(): void {
    this.io.bar?.write('\r\u001b[K');
  }

  private draw(bar: NonNullable<MigrateIo['bar']>): void {
    const filled = this.total > 0 ? Math.min(WIDTH, Math.floor((this.done / this.total) * WIDTH)) : 0;
    const line = `[${'#'.repeat(filled).padEnd(WIDTH, '.')}] ${this.line()}`;
    bar.write(`\r\u001b[K${line.slice(0, (bar.columns ?? 80) - 1)}`);
  }

  private line(): string {
    const rate = this.done / Math.max(0.001, this.seconds());
    const left = rate > 0 ? Math.ceil(Math.max(0, this.total - this.done) / rate) : 0;
    return `${this.what}: ${number(this.done)} of ${number(this.total)}, ${number(rate)} a second, ${left} s left`;
  }

  private seconds(): number {
    return (performance.now() - this.startedAt) / 1000;
  }
}

function number(value: number): string {
  return Math.round(value).toLocaleString('en');
}
