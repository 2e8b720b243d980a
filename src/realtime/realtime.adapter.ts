import type { IncomingMessage } from 'node:http';
import type { INestApplicationContext } from '@nestjs/common';
import { IoAdapter } from '@nestjs/platform-socket.io';
import type { Server, ServerOptions } from 'socket.io';
import { AppError } from '../../libs/errors/index.js';
import type { Config } from '../config/config.js';
import { allowedHosts, foreignHost, hostOf } from '../http/hosts.js';
import { isOwnOrigin } from '../http/origin.js';
import { refuseOnSocket } from '../http/socket-refusals.js';

/** What keeps the rooms and carries broadcasts: https://socket.io/docs/v4/adapter/ */
export type SocketAdapter = NonNullable<ServerOptions['adapter']>;

/** Clients send nothing but their handshake. */
const MAX_MESSAGE_BYTES = 8_192;

/**
 * Socket.IO on our own HTTP server. Websocket transport only: a connection stays with one process, so that no load
 * balancer needs to be sticky.
 */
export class RealtimeAdapter extends IoAdapter {
  private readonly isAllowed: (host: string | undefined) => boolean;

  constructor(
    app: INestApplicationContext,
    private readonly config: Config,
    /** Undefined: Socket.IO's own, in memory. */
    private readonly adapter?: SocketAdapter,
  ) {
    super(app);
    this.isAllowed = allowedHosts(config);
  }

  override createIOServer(port: number, options?: ServerOptions): Server {
    return super.createIOServer(port, {
      ...options,
      adapter: this.adapter,
      path: '/socket.io',
      transports: ['websocket'],
      serveClient: false,
      allowRequest: (request: IncomingMessage, answer: (error: undefined, isAllowed: boolean) => void) =>
        answer(undefined, this.admit(request)),
      maxHttpBufferSize: MAX_MESSAGE_BYTES,
      perMessageDeflate: false,
      connectTimeout: 10_000,
      cors: this.config.CORS_ORIGINS.length > 0 ? { origin: this.config.CORS_ORIGINS, credentials: true } : undefined,
    } as ServerOptions);
  }

  /** Before anything is upgraded: under a name of ours (421), and from a page of ours if from any (403). */
  private admit({ headers, socket }: IncomingMessage): boolean {
    if (!this.isAllowed(hostOf(headers))) refuseOnSocket(socket, foreignHost(), 'Misdirected Request');
    else if (!isOwnOrigin(headers, this.config)) refuseOnSocket(socket, foreignOrigin(), 'Forbidden');
    else return true;
    return false;
  }
}

function foreignOrigin(): AppError {
  const detail = 'Only our own pages may connect. Behind a proxy that changes Host, set PUBLIC_URL.';
  return new AppError('forbidden', 403, detail, { params: { reason: 'foreign_page' } });
}
