/** The longest piece of such work in one go, ms: what somebody else's call may have to wait for it. */
const PIECE_MS = 5;

const waiting: Array<() => void> = [];

/** One of those who wait goes on; the next only after the event loop has had its turn. */
function goOn(): void {
  waiting.shift()?.();
  if (waiting.length > 0) setImmediate(goOn);
}

/**
 * For work that grows with what people wrote: it looks at `isDue` often, and where that is true awaits `rest`. All such
 * work of the process takes turns, one piece for each turn of the event loop, however many are at it.
 *
 * A piece of work that can't be interrupted has to be short by itself.
 */
export class Pace {
  private until = performance.now() + PIECE_MS;

  /** Whether it has been at it for 5 ms. */
  get isDue(): boolean {
    return performance.now() >= this.until;
  }

  /** Lets everything else run first. */
  async rest(): Promise<void> {
    await new Promise<void>((resolve) => {
      if (waiting.push(resolve) === 1) setImmediate(goOn);
    });
    this.until = performance.now() + PIECE_MS;
  }

  /** `rest`, where it is time. */
  async restIfDue(): Promise<void> {
    if (this.isDue) await this.rest();
  }
}
