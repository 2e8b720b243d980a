import { Injectable, Logger, type OnModuleDestroy } from '@nestjs/common';
import {
  type OnGatewayConnection,
  type OnGatewayDisconnect,
  type OnGatewayInit,
  WebSocketGateway,
} from '@nestjs/websockets';
import type { DefaultEventsMap, ExtendedError, Server, Socket } from 'socket.io';
import { AppError } from '../../libs/errors/index.js';
import { Metrics } from '../../libs/metrics/index.js';
import { Authenticator } from '../auth/accounts/authenticator.service.js';
import { Config } from '../config/config.js';
import { refusalByStatus, toAppError } from '../http/problem.js';
import type { RequestAuth } from '../http/request-auth.js';
import { clientAddress, trustProxy, type TrustProxy } from '../http/trust-proxy.js';
import { Notices, type UserEvent } from '../notices/notices.service.js';
import { RateLimits } from '../rate-limit/rate-limits.service.js';
import { SessionWatch } from './session-watch.service.js';

type Client = Socket<DefaultEventsMap, DefaultEventsMap, DefaultEventsMap, { auth: RequestAuth }>;

/** Sockets of a user in this process: more than anybody has pages. */
const MOST_SOCKETS = 200;

function tooMany(): AppError {
  const params = { of: 'pages', maximum: MOST_SOCKETS } as const;
  return new AppError('too_many_concurrent', 429, 'Too many pages are open.', { params });
}

const userRoom = (userId: string) => `user:${userId}`;
const sessionRoom = (sessionId: string) => `session:${sessionId}`;

/**
 * Live updates to a user's open pages. A socket shows its access token in the handshake, belongs to its user and its
 * session, hears their notices, and lives no longer than the session. Clients send nothing: whatever comes is ignored.
 */
@Injectable()
@WebSocketGateway()
export class RealtimeGateway implements OnGatewayInit, OnGatewayConnection, OnGatewayDisconnect, OnModuleDestroy {
  private readonly log = new Logger(RealtimeGateway.name);
  private readonly trust: TrustProxy;
  private readonly subscriptions: Array<() => void> = [];
  private server: Server;

  constructor(
    private readonly authenticator: Authenticator,
    private readonly limits: RateLimits,
    private readonly notices: Notices,
    private readonly watch: SessionWatch,
    config: Config,
    metrics: Metrics,
  ) {
    metrics.gauge('parley_sockets', 'Socket.IO connections', 'sum', () => this.sockets);
    this.trust = trustProxy(config.TRUST_PROXY);
  }

  /** Connections to this process. */
  get sockets(): number {
    return this.server?.of('/').sockets.size ?? 0;
  }

  afterInit(server: Server): void {
    this.server = server;
    server.use((socket, next) => void this.admit(socket as Client, next));
    this.subscriptions.push(
      this.notices.onUserEvent((notice) => this.show(notice)),
      // Every instance hears of a revocation, also from a command and for its streams: each ends its own sockets.
      this.notices.onRevoked(({ sessionId }) => end(server.local, sessionId)),
    );
    // That notice was lost: who finds out tells all.
    this.watch.start((sessionId) => end(server, sessionId));
    // So a build of 0.1 tells what happens there.
    server.on('notices', (notices: UserEvent[]) => {
      for (const { userId, event, data } of notices) server.local.to(userRoom(userId)).emit(event, data);
    });
  }

  async handleConnection(socket: Client): Promise<void> {
    const { userId, sessionId } = socket.data.auth;
    this.watch.add(sessionId);
    await socket.join([userRoom(userId), sessionRoom(sessionId)]);
  }

  handleDisconnect(socket: Client): void {
    this.watch.remove(socket.data.auth.sessionId);
  }

  onModuleDestroy(): void {
    this.watch.stop();
    for (const unsubscribe of this.subscriptions.splice(0)) unsubscribe();
  }

  /** Refused: a `connect_error` whose `data` is `{ code, params? }`. */
  private async admit(socket: Client, next: (error?: ExtendedError) => void): Promise<void> {
    try {
      socket.data.auth = await this.authenticate(socket);
      next();
    } catch (error) {
      const { code, status, detail, params } = toAppError(error);
      if (status === 500) this.log.error('a handshake failed', error instanceof Error ? error.stack : String(error));
      next(Object.assign(new Error(detail), { data: { code, ...(params && { params }) } }));
    }
  }

  /** Every connect counts, with a good token for its user, else for its address. */
  private async authenticate(socket: Client): Promise<RequestAuth> {
    const { token } = socket.handshake.auth as { token?: unknown };
    const header = typeof token === 'string' ? `Bearer ${token}` : undefined;
    const found = await this.authenticator.authenticate(header).then(
      (auth) => ({ auth, error: refusalByStatus(401) as unknown }),
      (error: unknown) => ({ auth: undefined, error }),
    );
    await this.limits.consume('api', found.auth?.userId ?? clientAddress(socket.request, this.trust));
    if (!found.auth) throw found.error;
    const others = this.server.of('/').adapter.rooms.get(userRoom(found.auth.userId))?.size ?? 0;
    if (others >= MOST_SOCKETS) throw tooMany();
    return found.auth;
  }

  /** To the user's sockets on all instances. */
  private show({ userId, event, data }: UserEvent): void {
    this.server.to(userRoom(userId)).emit(event, data);
  }
}

/** Closes the sockets of a session, after telling them: those here, or on all instances. */
function end(where: Server | Server['local'], sessionId: string): void {
  const sockets = where.in(sessionRoom(sessionId));
  sockets.emit('session.revoked', { sessionId });
  sockets.disconnectSockets(true);
}
