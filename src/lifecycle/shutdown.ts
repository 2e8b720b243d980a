import type { EventEmitter } from 'node:events';
import { Logger } from '@nestjs/common';
import { within } from '../../libs/async/index.js';

/** What there is of the running product to be taken down. */
export interface Running {
  stopAccepting(): void;
  /** Ends or hands over what runs, within the grace period. */
  drain(): Promise<void>;
  /** Waits a short while for answers that are under way, then closes all connections. */
  finishRequests(): Promise<void>;
  /** Closes the app and its clients, and lets go of the data folder. */
  close(): Promise<void>;
}

/** The part of `process` that is used here. */
export interface Host extends EventEmitter {
  exit(code: number): void;
}

/** A terminal's Ctrl-C comes from the terminal, from npm and from the start script at once: together they are one. */
const SAME_SIGNAL_MS = 500;

/**
 * Takes the product down on SIGINT, SIGTERM or PM2's message `shutdown`, and exits 0. A second signal, or a drain that
 * takes longer than `limitMs`, exits 1 at once; what was running then is put right at the next start.
 *
 * An uncaught exception exits 1 at once, for nothing can be relied on any more. A rejection nobody handled is a mistake
 * of ours too, but leaves no half-done step behind: others' answers may still end, so it drains, then exits 1.
 */
export class Shutdown {
  private readonly log = new Logger(Shutdown.name);
  private begunAt: number | undefined;
  private code = 0;

  constructor(
    private readonly host: Host,
    private readonly running: Running,
    private readonly limitMs: number,
  ) {}

  /** Listens from now on. */
  arm(): void {
    for (const signal of ['SIGINT', 'SIGTERM']) this.host.on(signal, () => this.signal(signal));
    this.host.on('message', (message) => {
      if (message === 'shutdown') this.signal('shutdown');
    });
    this.host.on('uncaughtException', (error) => {
      this.log.fatal(error instanceof Error ? error.stack : String(error));
      this.host.exit(1);
    });
    this.host.on('unhandledRejection', (reason) => {
      this.log.fatal(`a rejection nobody handled: ${reason instanceof Error ? reason.stack : String(reason)}`);
      this.code = 1;
      this.begin();
    });
  }

  private signal(name: string): void {
    if (this.begunAt === undefined) {
      this.log.log(`${name}: stopping; once more to stop at once`);
      return this.begin();
    }
    if (performance.now() - this.begunAt < SAME_SIGNAL_MS) return;
    this.log.warn(`${name} again: stopping at once`);
    this.host.exit(1);
  }

  private begin(): void {
    if (this.begunAt !== undefined) return;
    this.begunAt = performance.now();
    void this.takeDown().then(
      () => this.host.exit(this.code),
      (error: unknown) => {
        this.log.error(`did not stop cleanly: ${String(error)}`);
        this.host.exit(1);
      },
    );
  }

  private takeDown(): Promise<void> {
    return within(this.limitMs, this.inOrder(), () => {
      throw new Error(`still busy after ${this.limitMs} ms`);
    });
  }

  private async inOrder(): Promise<void> {
    const { running } = this;
    running.stopAccepting();
    await running.drain();
    await running.finishRequests();
    await running.close();
  }
}
