import { createHash } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { newId } from '../../../libs/ids/index.js';
import { AppError } from '../../../libs/errors/index.js';
import { Config } from '../../config/config.js';
import { Notices } from '../../notices/notices.service.js';
import { type Client, network } from './client.js';
import type { RefreshToken } from './refresh-cookie.service.js';
import { SecurityEvents } from './security-events.service.js';
import { SessionStore, type Session } from '../sessions/session-store.js';

/** How long the token before is still good once its successor was used: a lost answer, or two tabs. */
const GRACE_MS = 10_000;
const DAY_MS = 86_400_000;
/** Log-ins that somebody can have at once: a program that logs in for each call would leave one of each for a month. */
export const MAX_SESSIONS = 100;

/** Log-ins of users, on all instances. Whatever ends one tells every instance, so that nothing stays open for it. */
@Injectable()
export class Sessions {
  private readonly lifeMs: number;
  private readonly mostMs: number;

  constructor(
    private readonly store: SessionStore,
    private readonly notices: Notices,
    private readonly events: SecurityEvents,
    config: Config,
  ) {
    this.lifeMs = config.SESSION_DAYS * DAY_MS;
    this.mostMs = config.SESSION_MAX_DAYS * DAY_MS;
  }

  /** Ends those that were not used for longest, where they are more than `MAX_SESSIONS`. */
  async create(userId: string, { address, userAgent }: Pick<Client, 'address' | 'userAgent'>): Promise<Session> {
    const createdAt = new Date();
    const expiresAt = this.endOf({ createdAt });
    const session = {
      id: newId(),
      userId,
      createdAt,
      lastUsedAt: createdAt,
      expiresAt,
      address,
      userAgent,
      usedToken: -1,
    };
    await this.store.create(session);
    await this.endUnused(userId, session.id);
    return session;
  }

  /** Newest first. */
  list(userId: string): Promise<Session[]> {
    return this.store.listByUser(userId);
  }

  /**
   * Presents a refresh token: its session, which lives on from now, but not beyond SESSION_MAX_DAYS. 401 `session_revoked`
   * where the session is gone, where the token was replaced by a later one that is in use, and where two present the same
   * ones again and again: then the session ends.
   */
  async refresh({ sessionId, token }: RefreshToken, client: Pick<Client, 'address' | 'userAgent'>): Promise<Session> {
    // Read first: of a session that ends here we still have to know whose it was.
    const session = await this.store.get(sessionId);
    if (!session) throw revoked();
    const expiresAt = this.endOf(session);
    // Made by a build that knew no such end, or before it was set.
    if (+expiresAt <= Date.now()) await this.revoke(sessionId);
    const result = await this.store.rotate(sessionId, token, GRACE_MS, expiresAt, fingerprint(client));
    const event = { action: 'refresh', account: session.userId, address: client.address } as const;
    if (typeof result === 'string') {
      this.notices.revoked(session.userId, [sessionId]);
      this.events.note({ ...event, outcome: 'failure', reason: result });
    } else if (result?.shared) this.events.note({ ...event, outcome: 'success', reason: 'shared' });
    else if (result?.ahead) this.events.note({ ...event, outcome: 'success', reason: 'ahead' });
    if (result === null || typeof result === 'string') throw revoked();
    return result.session;
  }

  private endOf({ createdAt }: Pick<Session, 'createdAt'>): Date {
    return new Date(Math.min(Date.now() + this.lifeMs, +createdAt + this.mostMs));
  }

  /** Ends a session; of `userId` only, where given. False where there was none. */
  async revoke(sessionId: string, userId?: string): Promise<boolean> {
    const session = await this.store.get(sessionId);
    if (!session || (userId !== undefined && session.userId !== userId)) return false;
    const removed = await this.store.remove(sessionId);
    if (removed) this.notices.revoked(session.userId, [sessionId]);
    return removed;
  }

  /** Ends all sessions of a user, but `exceptId`. Gives back how many. */
  async revokeAll(userId: string, exceptId?: string): Promise<number> {
    const ids = await this.store.removeByUser(userId, exceptId);
    this.notices.revoked(userId, ids);
    return ids.length;
  }

  private async endUnused(userId: string, keptId: string): Promise<void> {
    const others = (await this.store.listByUser(userId)).filter(({ id }) => id !== keptId);
    others.sort((a, b) => +b.lastUsedAt - +a.lastUsedAt);
    for (const { id } of others.slice(MAX_SESSIONS - 1)) await this.revoke(id, userId);
  }
}

/** Tells clients apart, without keeping where they were. */
function fingerprint({ address, userAgent }: Pick<Client, 'address' | 'userAgent'>): string {
  return createHash('sha256')
    .update(`${network(address)}|${userAgent}`)
    .digest('base64url')
    .slice(0, 22);
}

/** The refusal of a refresh: the client has to log in again. */
export function revoked(): AppError {
  return new AppError('session_revoked', 401, 'This session has ended. Please log in again.');
}
