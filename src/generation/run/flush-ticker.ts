import { Injectable } from '@nestjs/common';

/** How long text waits for more text, in ms: at least, at most, and for each answer that had text to write the last time. */
const SHORTEST_MS = 25;
const LONGEST_MS = 75;
const MS_AN_ANSWER = 0.5;

/**
 * Flushes all writers that have something to write, together: one timer for all, and none where nothing waits. Where many
 * answers run text waits a little longer, because a batch costs the log, the notice and each reader's socket the same
 * whatever is in it: from 50 answers a process on, up to 150 and more, of which each still moves 13 times a second.
 */
@Injectable()
export class FlushTicker {
  private waiting = new Set<{ flush(): unknown }>();
  private timer: NodeJS.Timeout | undefined;
  /** How many had something to write the last time. */
  private busy = 0;

  /** Calls `flush` of this writer within 75 ms, on a quiet process within 25, once. */
  add(writer: { flush(): unknown }): void {
    this.waiting.add(writer);
    this.timer ??= setTimeout(() => this.tick(), pauseMs(this.busy));
  }

  private tick(): void {
    const writers = this.waiting;
    this.waiting = new Set();
    this.timer = undefined;
    this.busy = writers.size;
    for (const writer of writers) writer.flush();
  }
}

function pauseMs(answers: number): number {
  return Math.min(LONGEST_MS, Math.max(SHORTEST_MS, answers * MS_AN_ANSWER));
}
