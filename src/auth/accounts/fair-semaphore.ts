/** What one semaphore lets wait: of all together, and of one person. */
export interface Room {
  all: number;
  ofOne: number;
}

/**
 * Lets at most `atOnce` pieces of work run, and of each person one. The others wait: people take turns, however much one
 * of them has brought, and each one's own comes in order.
 */
export class FairSemaphore {
  private readonly running = new Set<string>();
  private waiting = 0;
  /** Who waits with what; in the order of their turns. */
  private readonly lines = new Map<string, Array<() => void>>();

  /** Where there is no room to wait, `run` rejects with what `full` makes; `ofOne`: the person's own is taken. */
  constructor(
    private readonly atOnce: number,
    private readonly room: Room,
    private readonly full: (ofOne: boolean) => Error,
  ) {}

  async run<T>(person: string, work: () => Promise<T>): Promise<T> {
    // Where there is a place, whoever waits has one already.
    if (this.running.size < this.atOnce && !this.running.has(person)) this.running.add(person);
    else await this.wait(person);
    try {
      return await work();
    } finally {
      this.running.delete(person);
      // The place goes straight to the next in line: nobody who comes now gets in between.
      this.admitNext();
    }
  }

  private wait(person: string): Promise<void> {
    const line = this.lines.get(person) ?? [];
    if (line.length >= this.room.ofOne) throw this.full(true);
    if (this.waiting >= this.room.all) throw this.full(false);
    this.waiting++;
    this.lines.set(person, line);
    return new Promise((resolve) => line.push(resolve));
  }

  private admitNext(): void {
    for (const [person, [next, ...others]] of this.lines) {
      if (this.running.has(person)) continue;
      this.lines.delete(person);
      if (others.length > 0) this.lines.set(person, others);
      this.waiting--;
      this.running.add(person);
      return next();
    }
  }
}
