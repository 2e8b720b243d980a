import type { LogEntry } from '../../../libs/event-log/index.js';
import { isClosing } from '../answer/log-entries.js';
import type { Sink } from './follower.js';

/** Waits for the last entry and lets the others pass. */
export class EndSink implements Sink {
  /** The last entry; undefined where the follower was closed before it came. */
  readonly ended: Promise<LogEntry | undefined>;
  private resolve: (entry: LogEntry | undefined) => void;

  constructor() {
    this.ended = new Promise((resolve) => (this.resolve = resolve));
  }

  attach(): void {}

  write(entries: LogEntry[]): boolean {
    const last = entries[entries.length - 1];
    if (last && isClosing(last.event)) this.resolve(last);
    return true;
  }

  queued(): boolean {
    return true;
  }

  comment(): void {}

  end(): void {
    this.resolve(undefined);
  }

  cut(): void {
    this.resolve(undefined);
  }
}
