interface Line {
  last: Promise<unknown>;
  /** At it, and waiting. */
  length: number;
}

/** One piece of work at a time for each key, first come, first served: so nobody has more than one share of the process. */
export class Turns {
  private readonly lines = new Map<string, Line>();

  /** Where `longest` are at it or wait, `take` rejects with what `full` makes. */
  constructor(
    private readonly longest: number,
    private readonly full: () => Error,
  ) {}

  async take<T>(key: string, work: () => Promise<T>): Promise<T> {
    const line = this.lines.get(key) ?? { last: Promise.resolve(), length: 0 };
    if (line.length >= this.longest) throw this.full();
    line.length++;
    this.lines.set(key, line);
    const done = line.last.then(work);
    line.last = done.catch(() => undefined);
    try {
      return await done;
    } finally {
      if (--line.length === 0) this.lines.delete(key);
    }
  }
}
