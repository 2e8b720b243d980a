import { fork } from 'node:child_process';
import cluster from 'node:cluster';
import { once } from 'node:events';
import type { Server as HttpServer } from 'node:http';
import { createServer, Server, Socket } from 'node:net';
import { join } from 'node:path';
import { Logger } from '@nestjs/common';
import { BACKLOG } from './backlog.js';

/** How many connections may be taken each time the event loop comes round. */
const AT_ONCE = 8;
/** The other process is done in a tenth of a second, or given up after this, ms. */
const PATIENCE_MS = 30_000;
const COPIER = { file: join(import.meta.dirname, 'copy-listener.js'), argv: [] as string[] };

/**
 * More listeners on the socket of a server that listens. Node takes one connection of a listener each time its event loop
 * comes round (libuv since 1.45). While hundreds of answers are written that is too seldom for a crowd: it waits in the
 * system's queue, where it can be neither served nor refused.
 *
 * A process can't duplicate its own sockets. Another one, which is only there for that, is given the socket and sends it
 * back, again and again, as `subprocess.send(message, server)` allows; connections that it takes meanwhile it sends too.
 */
export class Listeners {
  private readonly log = new Logger(Listeners.name);
  private readonly more: Server[] = [];
  private closed = false;

  constructor(
    private readonly server: HttpServer,
    private readonly copier = COPIER,
  ) {}

  /** Resolves when they listen, never rejects: with fewer of them a crowd waits longer. */
  async open(): Promise<void> {
    // There the primary listens, and hands over one connection at a time.
    if (cluster.isWorker) return;
    try {
      await this.receive();
      if (!this.closed && this.more.length < AT_ONCE - 1)
        throw new Error(`${this.more.length + 1} of ${AT_ONCE} listen`);
    } catch (error) {
      this.log.warn(`A crowd of new connections will have to wait: ${String(error)}`);
    }
  }

  /** They take no more connections. Any number of times. */
  close(): void {
    this.closed = true;
    for (const server of this.more) server.close();
  }

  private async receive(): Promise<void> {
    const { file, argv } = this.copier;
    const stdio = ['ignore', 'ignore', 'ignore', 'ipc'] as const;
    const copier = fork(file, argv, { execArgv: [], stdio: [...stdio], timeout: PATIENCE_MS });
    copier.on('message', (what, handle) => {
      if (what === 'ready') copier.send(AT_ONCE - 1, this.server);
      else if (handle instanceof Socket) this.take(handle);
      else if (handle instanceof Server) this.listen(handle);
    });
    const gone = once(copier, 'exit');
    copier.on('error', () => undefined);
    await gone;
  }

  private listen(copy: Server): void {
    if (this.closed) return void copy.close();
    // As Node's http.Server listens. One that came from another process would also shorten the system's queue.
    const server = createServer({ allowHalfOpen: true, noDelay: true }, (socket) => this.take(socket));
    this.more.push(server.listen(copy, BACKLOG));
  }

  private take(socket: Socket): void {
    socket.allowHalfOpen = true;
    this.server.emit('connection', socket);
  }
}
