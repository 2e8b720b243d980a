/** Somebody's work that waits. */
interface Waiting {
  begin: () => void;
  refuse: (error: Error) => void;
}

/**
 * One piece of work at a time. People take turns; the work of one person goes in the order in which it came. Where one has
 * `mostOfOne` waiting, or all together `most`, or after `close`, `take` rejects with what `refusal` makes.
 */
export class ReadingLine {
  /** Whoever is first is next; who had a turn goes to the end. */
  private readonly waiting = new Map<string, Waiting[]>();
  private length = 0;
  private busy = false;
  private closed = false;

  constructor(
    private readonly mostOfOne: number,
    private readonly most: number,
    private readonly refusal: () => Error,
  ) {}

  async take<T>(who: string, work: () => Promise<T>): Promise<T> {
    await this.turn(who);
    try {
      return await work();
    } finally {
      this.busy = false;
      this.next();
    }
  }

  /** Whoever waits is refused; what has begun goes on. */
  close(): void {
    this.closed = true;
    const all = [...this.waiting.values()].flat();
    this.waiting.clear();
    this.length = 0;
    for (const { refuse } of all) refuse(this.refusal());
  }

  private turn(who: string): Promise<void> {
    return new Promise((begin, refuse) => {
      const own = this.waiting.get(who) ?? [];
      if (this.closed || this.length >= this.most || own.length >= this.mostOfOne) return refuse(this.refusal());
      own.push({ begin, refuse });
      this.waiting.set(who, own);
      this.length++;
      this.next();
    });
  }

  private next(): void {
    const [first] = this.waiting;
    if (this.busy || !first) return;
    const [who, own] = first;
    const { begin } = own.shift()!;
    this.waiting.delete(who);
    if (own.length > 0) this.waiting.set(who, own);
    this.length--;
    this.busy = true;
    begin();
  }
}
