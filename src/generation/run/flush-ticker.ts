import { Injectable } from '@nestjs/common';

/** Longest time that text may wait for more text. */
const BATCH_MS = 25;

/** Flushes all writers that have something to write, together: one timer for all, and none where nothing waits. */
@Injectable()
export class FlushTicker {
  private waiting = new Set<{ flush(): unknown }>();
  private timer: NodeJS.Timeout | undefined;

  /** Calls `flush` of this writer within 25 ms, once. */
  add(writer: { flush(): unknown }): void {
    this.waiting.add(writer);
    this.timer ??= setTimeout(() => this.tick(), BATCH_MS);
  }

  private tick(): void {
    const writers = this.waiting;
    this.waiting = new Set();
    this.timer = undefined;
    for (const writer of writers) writer.flush();
  }
}
