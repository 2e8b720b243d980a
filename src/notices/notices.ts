import { Injectable, Logger } from '@nestjs/common';
import { Signals } from '../../libs/cluster/index.js';

/** Why a session ended does not matter to whoever holds something open for it. */
export interface SessionRevoked {
  userId: string;
  sessionId: string;
}

/** One of API.md's live updates, for all sockets of a user. */
export interface UserEvent {
  userId: string;
  event:
    'conversation.updated' | 'conversation.deleted' | 'message.created' | 'generation.started' | 'generation.finished';
  data: Record<string, unknown>;
}

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
  toUser(userId: string, event: UserEvent['event'], data: Record<string, unknown>): void {
    for (const listener of this.userListeners) listener({ userId, event, data });
  }

  /** Called within `toUser`; must not throw. */
  onUserEvent(listener: (notice: UserEvent) => void): () => void {
    this.userListeners.add(listener);
    return () => this.userListeners.delete(listener);
  }
}
