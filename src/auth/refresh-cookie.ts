import { createHmac, timingSafeEqual } from 'node:crypto';
import type {} from '@fastify/cookie';
import { Injectable } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { Config } from '../config/config.js';

const NAME = 'parley_refresh';
const PATH = '/api/auth';
const FORM = /^([0-9a-f-]{36})\.(\d{1,15})\.([\w-]{43})$/;

/** Refresh token `token` of a session; numbered from 0, see SessionStore. */
export interface RefreshToken {
  sessionId: string;
  token: number;
}

/**
 * The refresh cookie: `<sessionId>.<n>.<HMAC-SHA256 of both>`. Scripts can't read it and other sites can't send it; only
 * /api/auth ever sees it. Nothing about it is stored but the highest number that was presented.
 */
@Injectable()
export class RefreshCookie {
  private readonly maxAgeSeconds: number;

  constructor(private readonly config: Config) {
    this.maxAgeSeconds = config.SESSION_DAYS * 86_400;
  }

  /** What the request presents; undefined where there is no cookie or we did not make it. */
  read(request: FastifyRequest): RefreshToken | undefined {
    const [, sessionId, digits, mac] = FORM.exec(request.cookies[NAME] ?? '') ?? [];
    if (!sessionId) return undefined;
    const token = Number(digits);
    const secrets = [this.config.JWT_SECRET, this.config.JWT_SECRET_PREVIOUS];
    const good = secrets.some((secret) => secret && isSame(sign(secret, sessionId, token), mac));
    return good ? { sessionId, token } : undefined;
  }

  set(request: FastifyRequest, reply: FastifyReply, { sessionId, token }: RefreshToken): void {
    const value = `${sessionId}.${token}.${sign(this.config.JWT_SECRET, sessionId, token)}`;
    reply.setCookie(NAME, value, { ...attributes(request), maxAge: this.maxAgeSeconds });
  }

  clear(request: FastifyRequest, reply: FastifyReply): void {
    reply.clearCookie(NAME, attributes(request));
  }
}

function attributes(request: FastifyRequest) {
  return { path: PATH, httpOnly: true, sameSite: 'strict' as const, secure: request.protocol === 'https' };
}

function sign(secret: string, sessionId: string, token: number): string {
  return createHmac('sha256', secret).update(`${sessionId}|${token}`).digest('base64url');
}

function isSame(expected: string, given: string): boolean {
  return timingSafeEqual(Buffer.from(expected), Buffer.from(given));
}
