import { createSecretKey, type KeyObject } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { JwtService } from '@nestjs/jwt';
import { LRUCache } from 'lru-cache';
import { Config } from '../../config/config.js';
import type { RequestAuth } from '../../http/request-auth.js';

export interface AccessToken {
  token: string;
  expiresAt: Date;
}

/** How many good tokens are remembered, at about 0.5 kB each. */
const REMEMBERED = 10_000;

interface Verified {
  auth: RequestAuth;
  /** As in the token, in seconds since 1970. */
  exp: number;
}

/**
 * Access tokens: JWTs (RFC 7519) signed with HS256, `sub` the user, `sid` the session. No other algorithm is accepted,
 * `none` neither. What was signed with JWT_SECRET_PREVIOUS still counts.
 *
 * A good token only names a session: whether that one still stands is the Authenticator's question. So what was verified
 * once is remembered until its time is over: the check is the dearest part of many a request.
 */
@Injectable()
export class AccessTokens {
  private readonly lifeMs: number;
  private readonly signer: JwtService;
  private readonly verifiers: JwtService[];
  private readonly verified = new LRUCache<string, Verified>({ max: REMEMBERED });

  constructor(config: Config) {
    this.lifeMs = config.ACCESS_TOKEN_MINUTES * 60_000;
    this.signer = serviceOf(config.JWT_SECRET);
    this.verifiers = [this.signer];
    if (config.JWT_SECRET_PREVIOUS) this.verifiers.push(serviceOf(config.JWT_SECRET_PREVIOUS));
  }

  issue({ userId, sessionId }: RequestAuth): AccessToken {
    const issuedAt = Math.floor(Date.now() / 1000);
    const exp = issuedAt + this.lifeMs / 1000;
    const token = this.signer.sign({ sub: userId, sid: sessionId, iat: issuedAt, exp }, { algorithm: 'HS256' });
    return { token, expiresAt: new Date(exp * 1000) };
  }

  /** Whom the token names; undefined where signature, algorithm, time or claims are not good. */
  verify(token: string): RequestAuth | undefined {
    const known = this.verified.get(token);
    // As jsonwebtoken compares.
    if (known && Math.floor(Date.now() / 1000) < known.exp) return known.auth;
    this.verified.delete(token);
    for (const verifier of this.verifiers) {
      const good = verifyWith(verifier, token);
      if (!good) continue;
      this.verified.set(token, good);
      return good.auth;
    }
    return undefined;
  }
}

/** A KeyObject, not the text: with a text jsonwebtoken first tries to read a PEM, 50 times the cost of the HMAC. */
function serviceOf(secret: string): JwtService {
  const key: KeyObject = createSecretKey(Buffer.from(secret));
  return new JwtService({ secret: key });
}

function verifyWith(verifier: JwtService, token: string): Verified | undefined {
  try {
    const claims = verifier.verify<Record<string, unknown>>(token, { algorithms: ['HS256'] });
    const { sub, sid, exp } = claims;
    if (typeof sub !== 'string' || typeof sid !== 'string' || typeof exp !== 'number') return undefined;
    return { auth: { userId: sub, sessionId: sid }, exp };
  } catch {
    return undefined;
  }
}
