/** The part of `process` that is used here. */
export interface StartingHost {
  on(event: string, listener: (message?: unknown) => void): unknown;
  off(event: string, listener: (message?: unknown) => void): unknown;
  exit(code: number): void;
}

const SIGNALS = ['SIGINT', 'SIGTERM'];

/**
 * Hears that the process is to stop while it is still loading, which on a busy machine takes seconds, and exits 0:
 * nothing has begun. PM2's message `shutdown` would else be lost, and the process serve until it is killed. This file is
 * loaded before all others, so it imports none.
 */
export class EarlyStop {
  private readonly end = (): void => this.host.exit(0);
  private readonly hear = (message?: unknown): void => {
    if (message === 'shutdown') this.end();
  };

  constructor(private readonly host: StartingHost) {}

  arm(): void {
    for (const signal of SIGNALS) this.host.on(signal, this.end);
    this.host.on('message', this.hear);
  }

  /** As soon as somebody else listens: `Shutdown`. */
  disarm(): void {
    for (const signal of SIGNALS) this.host.off(signal, this.end);
    this.host.off('message', this.hear);
  }
}
