import type { INestApplicationContext } from '@nestjs/common';
import { IoAdapter } from '@nestjs/platform-socket.io';
import type { Server, ServerOptions } from 'socket.io';
import type { Config } from '../config/config.js';

/** Clients send nothing but their handshake. */
const MAX_MESSAGE_BYTES = 8_192;

/**
 * Socket.IO on our own HTTP server. Websocket transport only: a connection stays with one process, so that no load
 * balancer needs to be sticky.
 */
export class RealtimeAdapter extends IoAdapter {
  constructor(
    app: INestApplicationContext,
    private readonly config: Config,
  ) {
    super(app);
  }

  override createIOServer(port: number, options?: ServerOptions): Server {
    return super.createIOServer(port, {
      ...options,
      path: '/socket.io',
      transports: ['websocket'],
      serveClient: false,
      maxHttpBufferSize: MAX_MESSAGE_BYTES,
      perMessageDeflate: false,
      connectTimeout: 10_000,
      cors: this.config.CORS_ORIGINS.length > 0 ? { origin: this.config.CORS_ORIGINS, credentials: true } : undefined,
    } as ServerOptions);
  }
}
