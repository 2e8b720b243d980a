import { Injectable } from '@nestjs/common';
import type { RequestAuth } from '../../http/request-auth.js';
import type { Client } from './client.js';
import { Credentials, invalidCredentials, personOf } from './credentials.service.js';
import { requireUnguessable } from './guessable.js';
import { ApiKeys } from './api-keys.service.js';
import { Passwords } from './passwords.service.js';
import { type Actor, COMMAND, reasonOf, SecurityEvents, type SecurityEvent } from './security-events.service.js';
import { Sessions } from './sessions.service.js';
import { UserStore, type Role, type User } from '../users/user-store.js';

/** What is changed on an account together with its sessions. */
@Injectable()
export class Accounts {
  constructor(
    private readonly users: UserStore,
    private readonly passwords: Passwords,
    private readonly credentials: Credentials,
    private readonly sessions: Sessions,
    private readonly keys: ApiKeys,
    private readonly events: SecurityEvents,
  ) {}

  /** The owner's own change: ends the other sessions. Errors: `invalid_credentials` (401), `rate_limited` (429). */
  async changePassword(auth: RequestAuth, password: string, newPassword: string, client: Client): Promise<void> {
    const event = { action: 'password', account: auth.userId, address: client.address } as const;
    await this.events.noting(event, () => this.setOwnPassword(auth, password, newPassword, client));
    await this.endSessions(auth.userId, { address: client.address }, auth.sessionId);
  }

  private async setOwnPassword(
    auth: RequestAuth,
    password: string,
    newPassword: string,
    client: Client,
  ): Promise<void> {
    const user = await this.credentials.checkUser(auth.userId, password, client);
    requireUnguessable('newPassword', newPassword, user);
    const hash = await this.passwords.hash(newPassword, personOf(user.email, client));
    // First, too: where the sessions can't be ended now, nothing has changed yet, and the owner may try again.
    await this.sessions.revokeAll(user.id, auth.sessionId);
    // Of two changes at once, both with the old password, one has lost.
    if (!(await this.users.setPasswordHash(user.id, hash, user.passwordHash))) throw invalidCredentials();
  }

  /** The operator's change: ends all sessions. False where there is no such user. */
  async resetPassword(userId: string, newPassword: string): Promise<boolean> {
    const changed = await this.users.setPasswordHash(userId, await this.passwords.hash(newPassword, userId));
    if (!changed) return false;
    this.events.note({ action: 'password', outcome: 'success', account: userId, ...COMMAND });
    await this.endSessions(userId, COMMAND);
    return true;
  }

  /** Role and state; who is disabled is out at once. Null where there is no such user; 409 `last_admin`. */
  async change(userId: string, change: { role?: Role; disabled?: boolean }, by: Actor): Promise<User | null> {
    const user = await this.store(userId, change, by);
    if (!user?.disabled) return user;
    await this.endSessions(userId, by);
    await this.keys.closeOpen(userId);
    return user;
  }

  private async store(userId: string, change: { role?: Role; disabled?: boolean }, by: Actor): Promise<User | null> {
    const noted = eventsOf(change).map((event) => ({ ...event, account: userId, ...by }));
    try {
      const user = await this.users.change(userId, change);
      if (user) for (const event of noted) this.events.note({ ...event, outcome: 'success' });
      return user;
    } catch (error) {
      for (const event of noted) this.events.note({ ...event, outcome: 'failure', reason: reasonOf(error) });
      throw error;
    }
  }

  /** After something else, which stands whatever comes of this: what was noted of it stays true. */
  private async endSessions(userId: string, by: Partial<Actor>, exceptId?: string): Promise<void> {
    try {
      await this.sessions.revokeAll(userId, exceptId);
    } catch (error) {
      this.events.note({ action: 'sessions', outcome: 'failure', account: userId, ...by, reason: reasonOf(error) });
      throw error;
    }
  }
}

function eventsOf({
  role,
  disabled,
}: {
  role?: Role;
  disabled?: boolean;
}): Array<Pick<SecurityEvent, 'action' | 'reason'>> {
  const events: Array<Pick<SecurityEvent, 'action' | 'reason'>> = [];
  if (role !== undefined) events.push({ action: 'role', reason: role });
  if (disabled !== undefined) events.push({ action: disabled ? 'disable' : 'enable' });
  return events;
}
