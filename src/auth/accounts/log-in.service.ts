import { Injectable } from '@nestjs/common';
import { AppError } from '../../../libs/errors/index.js';
import type { LogInBody } from '../../contract/user.js';
import { AccessTokens, type AccessToken } from './access-tokens.service.js';
import type { Client } from './client.js';
import { Credentials, invalidCredentials } from './credentials.service.js';
import type { RefreshToken } from './refresh-cookie.service.js';
import { SecurityEvents } from './security-events.service.js';
import { revoked, Sessions } from './sessions.service.js';
import { UserStore, type User } from '../users/user-store.js';

/** What logging in and refreshing give: a token to work with, and the next one to refresh with. */
export interface LoggedIn {
  user: User;
  access: AccessToken;
  next: RefreshToken;
}

@Injectable()
export class LogIn {
  constructor(
    private readonly users: UserStore,
    private readonly credentials: Credentials,
    private readonly sessions: Sessions,
    private readonly tokens: AccessTokens,
    private readonly events: SecurityEvents,
  ) {}

  /** Errors: `invalid_credentials` (401), `forbidden` (403, a disabled account), `rate_limited` (429). */
  async logIn({ email, password }: LogInBody, client: Client): Promise<LoggedIn> {
    const found = await this.users.findByEmail(email);
    const account = found?.id ?? this.events.unknown(email);
    return this.events.noting({ action: 'login', account, address: client.address }, async () => {
      const user = await this.credentials.checkLogIn(found, email, password, client);
      return this.enter(user, client);
    });
  }

  private async enter(user: User, client: Client): Promise<LoggedIn> {
    if (user.disabled) throw disabled();
    const session = await this.sessions.create(user.id, client);
    await this.requireUnchanged(user, session.id);
    return this.loggedIn(user, { sessionId: session.id, token: 0 });
  }

  /** Errors: `session_revoked` (401). */
  async refresh(presented: RefreshToken, client: Client): Promise<LoggedIn> {
    const session = await this.sessions.refresh(presented, client);
    const user = await this.users.findById(session.userId);
    if (user && !user.disabled && !user.deleting) {
      return this.loggedIn(user, { sessionId: session.id, token: presented.token + 1 });
    }
    await this.sessions.revoke(session.id);
    throw revoked();
  }

  /** Whoever disabled, deleted or gave a new password meanwhile ended all sessions, but could not see this one yet. */
  private async requireUnchanged(user: User, sessionId: string): Promise<void> {
    const now = await this.users.findById(user.id);
    if (now && !now.disabled && !now.deleting && now.passwordHash === user.passwordHash) return;
    await this.sessions.revoke(sessionId);
    throw invalidCredentials();
  }

  private loggedIn(user: User, next: RefreshToken): LoggedIn {
    return { user, access: this.tokens.issue({ userId: user.id, sessionId: next.sessionId }), next };
  }
}

function disabled(): AppError {
  return new AppError('forbidden', 403, 'This account is disabled.', { params: { reason: 'account_disabled' } });
}
