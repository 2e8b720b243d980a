import { appendFileSync, writeSync } from 'node:fs';

/** As the log that writes to a descriptor: the rest of a batch waits no longer than this. */
const MOST_MS = 1000;
const BATCH_CHARS = 4096;
/** So long after `pm2 reloadLogs` a worker's file may be closed and not open again: what PM2 is given then it drops. */
const REOPEN_MS = 1000;

/** The parts of `process` that are used here. */
export interface ManagedHost {
  stdout: { write(text: string): unknown };
  on(event: 'exit', listener: () => void): unknown;
  on(event: 'message', listener: (message: unknown) => void): unknown;
}

/**
 * Where a worker of PM2 logs to. Its descriptor 1 is the daemon's own log, which nobody looks at or rotates; but what goes
 * through `process.stdout` PM2 writes to the file of the process, and shows (`pm2 logs`, the output of pm2-runtime). Each
 * write is also a message to the daemon, so lines go in batches: measured, 10 µs a line here as with the descriptor, and
 * 8 µs in the daemon (20 and 24 µs line by line).
 */
export class ManagedOutput {
  private text = '';
  private isHeld = false;
  private timer: NodeJS.Timeout | undefined;

  /** `file`: where PM2 writes the output of this process; the last lines go there directly, for PM2 writes too late. */
  constructor(
    private readonly file: string,
    private readonly host: ManagedHost = process,
  ) {
    host.on('exit', () => this.writeRest());
    host.on('message', (message) => {
      if ((message as { type?: unknown } | null)?.type === 'log:reload') this.hold();
    });
  }

  /** Whole lines. */
  write(lines: string): void {
    this.text += lines;
    if (this.isHeld) return;
    if (this.text.length >= BATCH_CHARS) this.flush();
    else this.timer ??= setTimeout(() => this.flush(), MOST_MS).unref();
  }

  private flush(): void {
    clearTimeout(this.timer);
    this.timer = undefined;
    this.isHeld = false;
    if (this.text === '') return;
    const { text } = this;
    this.text = '';
    this.host.stdout.write(text);
  }

  private hold(): void {
    clearTimeout(this.timer);
    this.isHeld = true;
    this.timer = setTimeout(() => this.flush(), REOPEN_MS).unref();
  }

  /** Under pm2-runtime the descriptor is what the operator sees. */
  private writeRest(): void {
    const { text } = this;
    this.text = '';
    if (text === '') return;
    for (const write of [() => appendFileSync(this.file, text), () => void writeSync(1, text)]) {
      try {
        write();
      } catch {
        // The process ends, and there is nobody left to tell.
      }
    }
  }
}
