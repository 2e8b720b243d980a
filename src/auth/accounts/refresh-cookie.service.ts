import { createHmac, timingSafeEqual } from 'node:crypto';
import type {} from '@fastify/cookie';
import { Injectable } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { Config } from '../../config/config.js';
import { isHttps } from '../../http/scheme.js';

const NAME = 'parley_refresh';
const SECURE_NAME = `__Secure-${NAME}`;
const ATTRIBUTES = { path: '/api/auth', httpOnly: true, sameSite: 'strict' } as const;
const FORM = /^([0-9a-f-]{36})\.(\d{1,15})\.([\w-]{43})$/;

/** Refresh token `token` of a session; numbered from 0, see SessionStore. */
export interface RefreshToken {
  sessionId: string;
  token: number;
}

/**
 * The refresh cookie: `<sessionId>.<n>.<HMAC-SHA256 of both>`. Scripts can't read it and other sites can't send it; only
 * /api/auth ever sees it. Nothing about it is stored but the highest number that was presented.
 *
 * Over https its name begins with `__Secure-` (RFC 6265bis): browsers then take it from https alone, so nobody on the way
 * can plant one over http. Builds before 0.2 know the bare name only, so for one release both are set and read. Of two the
 * bare one counts only where it is a later token of the same session: such a build beside us may have set it. Of another
 * session it may be planted.
 */
@Injectable()
export class RefreshCookie {
  private readonly maxAgeSeconds: number;

  constructor(private readonly config: Config) {
    this.maxAgeSeconds = Math.min(config.SESSION_DAYS, config.SESSION_MAX_DAYS) * 86_400;
  }

  /** What the request presents; undefined where there is no cookie or we did not make it. */
  read(request: FastifyRequest): RefreshToken | undefined {
    const [secure, bare] = [SECURE_NAME, NAME].map((name) => this.parse(request.cookies[name]));
    if (!secure || !bare) return secure ?? bare;
    return bare.sessionId === secure.sessionId && bare.token > secure.token ? bare : secure;
  }

  set(request: FastifyRequest, reply: FastifyReply, { sessionId, token }: RefreshToken): void {
    const value = `${sessionId}.${token}.${sign(this.config.JWT_SECRET, sessionId, token)}`;
    const secure = isHttps(request, this.config);
    for (const name of namesOf(secure)) {
      reply.setCookie(name, value, { ...ATTRIBUTES, secure, maxAge: this.maxAgeSeconds });
    }
  }

  clear(request: FastifyRequest, reply: FastifyReply): void {
    const secure = isHttps(request, this.config);
    for (const name of namesOf(secure)) reply.clearCookie(name, { ...ATTRIBUTES, secure });
  }

  private parse(cookie = ''): RefreshToken | undefined {
    const [, sessionId, digits, mac] = FORM.exec(cookie) ?? [];
    if (!sessionId) return undefined;
    const token = Number(digits);
    const secrets = [this.config.JWT_SECRET, this.config.JWT_SECRET_PREVIOUS];
    const good = secrets.some((secret) => secret && isSame(sign(secret, sessionId, token), mac));
    return good ? { sessionId, token } : undefined;
  }
}

function namesOf(secure: boolean): string[] {
  return secure ? [SECURE_NAME, NAME] : [NAME];
}

function sign(secret: string, sessionId: string, token: number): string {
  return createHmac('sha256', secret).update(`${sessionId}|${token}`).digest('base64url');
}

function isSame(expected: string, given: string): boolean {
  return timingSafeEqual(Buffer.from(expected), Buffer.from(given));
}
