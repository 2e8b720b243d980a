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
const USER_EVENT = 'user.event';

/**
 * The product's notices over `Signals`, typed. A notice that can't be sent is logged and forgotten: streams and sockets
 * look at their session again by themselves, and a page reads its lists again when it reconnects.
 */
@Injectable()
export class Notices {
  private readonly log = new Logger(Notices.name);

  constructor(private readonly signals: Signals) {}

  /** Tells every instance to close what these sessions hold open. */
  revoked(userId: string, sessionIds: string[]): void {
    for (const sessionId of sessionIds) this.send(REVOKED, { userId, sessionId });
  }

  onRevoked(listener: (notice: SessionRevoked) => void): () => void {
    return this.signals.subscribe(REVOKED, (signal) => listener(signal as unknown as SessionRevoked));
  }

  /** Shows something to all sockets of a user, on whichever instance they are. */
  toUser(userId: string, event: UserEvent['event'], data: Record<string, unknown>): void {
    this.send(USER_EVENT, { userId, event, data });
  }

  onUserEvent(listener: (notice: UserEvent) => void): () => void {
    return this.signals.subscribe(USER_EVENT, (signal) => listener(signal as unknown as UserEvent));
  }

  private send(topic: string, notice: Record<string, unknown>): void {
    this.signals.publish(topic, { v: 1, ...notice }).catch((error: unknown) => {
      this.log.warn(`a ${topic} notice was lost: ${String(error)}`);
    });
  }
}
