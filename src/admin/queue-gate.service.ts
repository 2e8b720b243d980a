import { Injectable } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { AppError } from '../../libs/errors/index.js';
import { isActiveAdmin } from '../auth/users/user-rules.js';
import { SessionStore } from '../auth/sessions/session-store.js';
import { UserStore } from '../auth/users/user-store.js';
import { Config } from '../config/config.js';
import { refusalByStatus } from '../http/problem.js';
import { isHttps } from '../http/scheme.js';
import { QueueCookie } from './queue-cookie.service.js';

const READING = ['GET', 'HEAD'];

/**
 * Who may use bull-board. Asked with each request, for Nest's guards do not stand before it: a session that has ended, and
 * an admin who is none any more, are out at once.
 */
@Injectable()
export class QueueGate {
  constructor(
    private readonly cookie: QueueCookie,
    private readonly sessions: SessionStore,
    private readonly users: UserStore,
    private readonly config: Config,
  ) {}

  /** Throws 401 `unauthenticated`, 403 `forbidden`, or `dependency_down`. */
  async check(request: FastifyRequest): Promise<void> {
    const auth = this.cookie.read(request);
    const session = auth && (await this.sessions.get(auth.sessionId));
    if (!auth || session?.userId !== auth.userId) throw refusalByStatus(401);
    const user = await this.users.findById(auth.userId);
    if (!user || !isActiveAdmin(user)) throw refusalByStatus(403);
    if (!READING.includes(request.method) && !isOwnOrigin(request, this.config)) {
      const detail = 'Only our own pages may change something here. Behind a proxy, set TRUST_PROXY.';
      throw new AppError('forbidden', 403, detail, { params: { reason: 'foreign_page' } });
    }
  }
}

/** Browsers tell the origin of whatever is not a GET or HEAD. SameSite alone lets sibling sites in (a.example, b.example). */
function isOwnOrigin(request: FastifyRequest, config: Config): boolean {
  const { origin } = request.headers;
  const scheme = isHttps(request, config) ? 'https' : 'http';
  return origin !== undefined && (origin === config.PUBLIC_URL || origin === `${scheme}://${request.host}`);
}
