import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import { Server as NetServer, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';

/**
 * A client that keeps its connections uses one again within this time, if it is at work, and learns with the answer that it
 * closes. One that is closed before would fail the request that is just being sent into it.
 */
const QUIET_MS = 2000;

/**
 * The requests a server is answering, and the end of its listening. Set up before `listen`.
 *
 * Not `http.Server.close`: that one also cuts connections between two requests, whose client may be sending one just now.
 */
export class Requests {
  private running = 0;
  private connections = 0;
  private lastAt = -Infinity;

  constructor(private readonly server: Server) {
    server.on('connection', (socket: Socket) => {
      this.connections++;
      socket.once('close', () => this.connections--);
    });
    server.prependListener('request', (_request: IncomingMessage, response: ServerResponse) => {
      this.running++;
      this.lastAt = performance.now();
      response.once('close', () => {
        this.running--;
        this.lastAt = performance.now();
      });
    });
  }

  /** No new connections from now on; requests on open ones are still answered. Any number of times. */
  stopAccepting(): void {
    NetServer.prototype.close.call(this.server);
  }

  /**
   * Resolves when every request is answered and no more come on the connections that are left, or after `ms`; then nothing
   * is open any more.
   */
  async finish(ms: number): Promise<void> {
    const until = performance.now() + ms;
    while (this.isAtWork && performance.now() < until) await sleep(10);
    this.server.closeAllConnections();
  }

  private get isAtWork(): boolean {
    return this.running > 0 || (this.connections > 0 && performance.now() - this.lastAt < QUIET_MS);
  }
}
