import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import { Server as NetServer } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';

/**
 * The requests a server is answering, and the end of its listening. Set up before `listen`.
 *
 * Not `http.Server.close`: that one also cuts connections between two requests, whose client may be sending one just now.
 */
export class Requests {
  private running = 0;

  constructor(private readonly server: Server) {
    server.prependListener('request', (_request: IncomingMessage, response: ServerResponse) => {
      this.running++;
      response.once('close', () => this.running--);
    });
  }

  /** No new connections from now on; requests on open ones are still answered. Any number of times. */
  stopAccepting(): void {
    NetServer.prototype.close.call(this.server);
  }

  /** Resolves when every request is answered, or after `ms`; then nothing is open any more. */
  async finish(ms: number): Promise<void> {
    const until = performance.now() + ms;
    while (this.running > 0 && performance.now() < until) await sleep(10);
    this.server.closeAllConnections();
  }
}
