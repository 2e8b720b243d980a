import { Timestamp } from 'bson';

const MARKS_KEPT = 10_000;

/** The set's time: the wall clock that `$$NOW` and TTL go by, and a sequence number for every change. */
export class Clock {
  sequence = 0;
  private seconds = 0;
  private increment = 1;
  /** When which sequence number was reached, for who reads the past. */
  private readonly marks: Array<{ at: number; sequence: number }> = [];

  /** `offsetMs`: how far the servers' clocks are ahead of the clients'. */
  constructor(private readonly offsetMs: number) {}

  now(): Date {
    return new Date(Date.now() + this.offsetMs);
  }

  /** Counts one change. */
  tick(): number {
    const seconds = Math.floor(this.now().getTime() / 1000);
    this.increment = seconds > this.seconds ? 1 : this.increment + 1;
    this.seconds = Math.max(seconds, this.seconds);
    this.sequence++;
    this.mark();
    return this.sequence;
  }

  get operationTime(): Timestamp {
    return new Timestamp({ t: this.seconds || Math.floor(this.now().getTime() / 1000), i: this.increment });
  }

  /** How far things had come so many milliseconds ago. */
  sequenceBefore(ms: number): number {
    const then = Date.now() - ms;
    return this.marks.findLast(({ at }) => at <= then)?.sequence ?? 0;
  }

  private mark(): void {
    const at = Date.now();
    const last = this.marks.at(-1);
    if (last?.at === at) last.sequence = this.sequence;
    else this.marks.push({ at, sequence: this.sequence });
    if (this.marks.length > MARKS_KEPT) this.marks.splice(0, MARKS_KEPT / 2);
  }
}
