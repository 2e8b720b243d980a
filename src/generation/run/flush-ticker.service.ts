import { Injectable } from '@nestjs/common';

/** How long after its last batch a writer's text is written, in ms: at least, at most, and for each writer that waits. */
const SHORTEST_MS = 25;
const LONGEST_MS = 75;
const MS_A_WRITER = 0.7;
/** What is due within this time goes together. */
const SLOT_MS = 10;

/** Gathers text. */
export interface Writer {
  /** When it wrote the last time: `performance.now()`. */
  readonly flushedAt: number;
  flush(): unknown;
}

/**
 * When text is written that is gathered for a while: one timer for all writers, and none where nothing waits. Where many
 * wait it is a little longer, because a batch costs the log, the notice and each reader's socket the same whatever is in
 * it: from 36 writers a process on, up to 107 and more, each of which still writes 13 times a second.
 *
 * Each writer has a beat of its own, from when it wrote the last time: all of them at once would hold up what arrives
 * meanwhile, for as long as a thousand batches take.
 */
@Injectable()
export class FlushTicker {
  private readonly waiting = new Set<Writer>();
  private timer: NodeJS.Timeout | undefined;

  /** Calls `flush` of this writer once: within 10 ms, but not sooner than 25 to 75 ms after the last time. */
  add(writer: Writer): void {
    this.waiting.add(writer);
    this.timer ??= setTimeout(() => this.tick(), SLOT_MS);
  }

  private tick(): void {
    const latest = performance.now() - pauseMs(this.waiting.size);
    const due = [...this.waiting].filter(({ flushedAt }) => flushedAt <= latest);
    for (const writer of due) {
      this.waiting.delete(writer);
      writer.flush();
    }
    this.timer = this.waiting.size > 0 ? setTimeout(() => this.tick(), SLOT_MS) : undefined;
  }
}

function pauseMs(writers: number): number {
  return Math.min(LONGEST_MS, Math.max(SHORTEST_MS, writers * MS_A_WRITER));
}
