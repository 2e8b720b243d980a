import { Injectable, Logger } from '@nestjs/common';
import { Signals } from '../../libs/cluster/index.js';
import type { LiveEvents } from '../contract/live-events.js';

/** Why a session ended does not matter to whoever holds something open for it. */
export interface SessionRevoked {
  userId: string;
  sessionId: string;
}

/** The contract's live updates that are for all sockets of a user. */
type UserEvents = Omit<LiveEvents, 'session.revoked'>;

/** One of them. */
export type UserEvent = {
  [E in keyof UserEvents]: { userId: string; event: E; data: UserEvents[E] };
}[keyof UserEvents];

const REVOKED = 'session.revoked';

/**
 * What happens in one feature and concerns others, typed. Revocations go over `Signals` to every instance; what a user is
 * to see goes to the listeners in this process, of whom the gateway reaches the sockets on all instances. A notice that
 * can't be sent is logged and forgotten: streams and sockets look at their session again by themselves, and a page reads
 * its lists again when it reconnects.
 */
@Injectable()
export class Notices {
  private readonly log = new Logger(Notices.name);
  private readonly userListeners = new Set<(notice: UserEvent) => void>();

  constructor(private readonly signals: Signals) {}

  /** Tells every instance to close what these sessions hold open. */
  revoked(userId: string, sessionIds: string[]): void {
    for (const sessionId of sessionIds) {
      this.signals.publish(REVOKED, { v: 1, userId, sessionId }).catch((error: unknown) => {
        this.log.warn(`a ${REVOKED} notice was lost: ${String(error)}`);
      });
    }
  }

  onRevoked(listener: (notice: SessionRevoked) => void): () => void {
    return this.signals.subscribe(REVOKED, (signal) => listener(signal as unknown as SessionRevoked));
  }

  /** Shows something to all sockets of a user, on whichever instance they are. */
  toUser<E extends keyof UserEvents>(userId: string, event: E, data: UserEvents[E]): void {
    const notice = { userId, event, data } as UserEvent;
    for (const listener of this.userListeners) listener(notice);
  }

  /** Called within `toUser`; must not throw. */
  onUserEvent(listener: (notice: UserEvent) => void): () => void {
    this.userListeners.add(listener);
    return () => this.userListeners.delete(listener);
  }
}
