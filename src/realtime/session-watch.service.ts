import { Injectable, Logger } from '@nestjs/common';
import { every, type Ticker } from '../../libs/async/index.js';
import { Authenticator } from '../auth/accounts/authenticator.service.js';

/** A session is looked at again after so many turns of a second each. */
const TURNS = 15;
const TURN_MS = 1000;

/**
 * Looks again at the sessions of open sockets, each every 15 s, for the case that the notice of a revocation was lost.
 * One timer for all: each turn takes a fifteenth of them, those that wait longest. Only a clear no ends one: while the
 * store does not answer, everything stays as it is.
 */
@Injectable()
export class SessionWatch {
  private readonly log = new Logger(SessionWatch.name);
  /** Session id → its open sockets; in the order in which they are looked at. */
  private readonly sockets = new Map<string, number>();
  private ticker: Ticker | undefined;

  constructor(private readonly authenticator: Authenticator) {}

  /** `ended` is called with each session that is gone. */
  start(ended: (sessionId: string) => void, turnMs = TURN_MS): void {
    this.ticker = every(turnMs, () => this.look(ended));
  }

  stop(): void {
    void this.ticker?.stop();
  }

  add(sessionId: string): void {
    this.sockets.set(sessionId, (this.sockets.get(sessionId) ?? 0) + 1);
  }

  remove(sessionId: string): void {
    const left = (this.sockets.get(sessionId) ?? 0) - 1;
    if (left > 0) this.sockets.set(sessionId, left);
    else this.sockets.delete(sessionId);
  }

  private async look(ended: (sessionId: string) => void): Promise<void> {
    try {
      await Promise.all(this.slice().map((id) => this.lookAt(id, ended)));
    } catch (error) {
      this.log.debug(`sessions could not be looked at: ${String(error)}`);
    }
  }

  /** The next ones, put at the end of the line. */
  private slice(): string[] {
    const ids: string[] = [];
    const count = Math.ceil(this.sockets.size / TURNS);
    for (const [id, sockets] of this.sockets) {
      if (ids.length >= count) break;
      ids.push(id);
      this.sockets.delete(id);
      this.sockets.set(id, sockets);
    }
    return ids;
  }

  private async lookAt(id: string, ended: (sessionId: string) => void): Promise<void> {
    if (!(await this.authenticator.isAlive(id))) ended(id);
  }
}
