import { createHmac, timingSafeEqual } from 'node:crypto';
import type {} from '@fastify/cookie';
import { Injectable } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { Config } from '../config/config.js';
import { isHttps } from '../http/scheme.js';
import type { RequestAuth } from '../http/request-auth.js';

const NAME = 'parley_queues';
const PATH = '/admin';
const LIFE_SECONDS = 900;
const FORM = /^([0-9a-f-]{36})\.([0-9a-f-]{36})\.(\d{1,15})\.([\w-]{43})$/;

/**
 * Lets a browser open bull-board, which can send no Bearer: `<userId>.<sessionId>.<until>.<HMAC-SHA256 of all>`, good for
 * a quarter of an hour. It only names a session: whether that one stands, and whose it is, is asked with each request.
 */
@Injectable()
export class QueueCookie {
  constructor(private readonly config: Config) {}

  /** Whom the request names; undefined where there is no cookie of ours, or it is too old. */
  read(request: FastifyRequest): RequestAuth | undefined {
    const [, userId, sessionId, digits, mac] = FORM.exec(request.cookies[NAME] ?? '') ?? [];
    if (!userId) return undefined;
    const until = Number(digits);
    const secrets = [this.config.JWT_SECRET, this.config.JWT_SECRET_PREVIOUS];
    const good = secrets.some((secret) => secret && isSame(sign(secret, { userId, sessionId }, until), mac));
    return good && Date.now() < until ? { userId, sessionId } : undefined;
  }

  set(request: FastifyRequest, reply: FastifyReply, { userId, sessionId }: RequestAuth): void {
    const until = Date.now() + LIFE_SECONDS * 1000;
    const value = `${userId}.${sessionId}.${until}.${sign(this.config.JWT_SECRET, { userId, sessionId }, until)}`;
    const secure = isHttps(request, this.config);
    void reply.setCookie(NAME, value, { path: PATH, httpOnly: true, sameSite: 'strict', secure, maxAge: LIFE_SECONDS });
  }
}

/** Begins with its purpose: nothing else that this secret signs can be taken for it. */
function sign(secret: string, { userId, sessionId }: RequestAuth, until: number): string {
  return createHmac('sha256', secret).update(`queue-cookie|${userId}|${sessionId}|${until}`).digest('base64url');
}

function isSame(expected: string, given: string): boolean {
  return timingSafeEqual(Buffer.from(expected), Buffer.from(given));
}
