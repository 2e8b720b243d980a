/** What is told of every tick. It may leave the ticker within the call. */
export interface Ticking {
  tick(): void;
}

/** One timer for many: it runs only while somebody waits for it. A timer of its own for each of 1,000 streams would cost more. */
export class Ticker {
  private readonly members = new Set<Ticking>();
  private timer: NodeJS.Timeout | undefined;

  constructor(private readonly everyMs: number) {}

  /** The first tick may come at once, the others `everyMs` after one another. */
  add(member: Ticking): void {
    this.members.add(member);
    this.timer ??= setInterval(() => this.tick(), this.everyMs);
  }

  remove(member: Ticking): void {
    this.members.delete(member);
    if (this.members.size > 0) return;
    clearInterval(this.timer);
    this.timer = undefined;
  }

  private tick(): void {
    for (const member of this.members) member.tick();
  }
}
