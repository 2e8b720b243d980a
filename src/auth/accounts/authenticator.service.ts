import { Injectable, Logger } from '@nestjs/common';
import { claimsToBeSecret } from '../../../libs/api-keys/index.js';
import type { RequestAuth } from '../../http/request-auth.js';
import { keyOfLife } from '../keys/key-life.js';
import { AccessTokens } from './access-tokens.service.js';
import { KeyAuthentication } from './key-authentication.service.js';
import { noKeysHere } from './key-rights.js';
import { SessionStore, type Session } from '../sessions/session-store.js';

const TOUCH_AFTER_MS = 60_000;
/** RFC 6750 §2.1; the scheme is blind to case (RFC 9110 §11.1). */
const BEARER = /^Bearer +([\w.~+/=-]+) *$/i;

/** What an `Authorization` header brings. */
export function bearerOf(header: string | undefined): string | undefined {
  return BEARER.exec(header ?? '')?.[1];
}

/**
 * Tells whom a token stands for. Each time the session is read from its store, never from a cache: what was revoked is
 * out at once. Whatever disables or deletes a user ends the sessions too, so the user isn't read.
 * Rejects with `dependency_down` where the session store does not answer: that is neither yes nor no.
 */
@Injectable()
export class Authenticator {
  private readonly log = new Logger(Authenticator.name);
  private readonly touching = new Set<string>();

  constructor(
    private readonly tokens: AccessTokens,
    private readonly sessions: SessionStore,
    private readonly keys: KeyAuthentication,
  ) {}

  /** A person, from an `Authorization` header. Undefined: not signed in. `scope_missing` (403): it is a program's key. */
  async authenticate(header: string | undefined): Promise<RequestAuth | undefined> {
    const token = bearerOf(header);
    return token === undefined ? undefined : this.authenticateToken(token);
  }

  /** From an access token, as a socket's handshake brings it. */
  async authenticateToken(token: string): Promise<RequestAuth | undefined> {
    if (claimsToBeSecret(token)) throw noKeysHere();
    const auth = this.tokens.verify(token);
    if (!auth) return undefined;
    const session = await this.sessions.get(auth.sessionId);
    if (session?.userId !== auth.userId) return undefined;
    this.noteUse(session);
    return auth;
  }

  /** Whether the session, or the key, still stands. For what lives longer than a request: streams, sockets. */
  async isAlive(sessionId: string): Promise<boolean> {
    const keyId = keyOfLife(sessionId);
    if (keyId !== undefined) return this.keys.isAlive(keyId);
    return (await this.sessions.get(sessionId)) !== null;
  }

  /** At most once a minute, and nobody waits for it. */
  private noteUse({ id, lastUsedAt }: Session): void {
    if (Date.now() - +lastUsedAt < TOUCH_AFTER_MS || this.touching.has(id)) return;
    this.touching.add(id);
    this.sessions
      .touch(id)
      .catch((error: unknown) => this.log.warn(`the use of a session was not noted: ${String(error)}`))
      .finally(() => this.touching.delete(id));
  }
}
