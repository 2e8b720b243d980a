import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { eventually } from '../../test/support/eventually.js';

/** One call that a model made, to be answered byte by byte. */
export class UpstreamCall {
  isClosed = false;
  /** The caller takes no more for now. */
  isBlocked = false;

  constructor(
    readonly path: string,
    readonly headers: IncomingMessage['headers'],
    readonly body: any,
    readonly response: ServerResponse,
  ) {
    response.on('close', () => (this.isClosed = true));
    response.on('drain', () => (this.isBlocked = false));
  }

  start(contentType = 'text/event-stream'): this {
    this.response.writeHead(200, { 'content-type': contentType });
    this.response.flushHeaders();
    return this;
  }

  send(...pieces: Array<string | Buffer>): this {
    if (!this.response.headersSent) this.start();
    for (const piece of pieces) if (!this.response.write(piece)) this.isBlocked = true;
    return this;
  }

  /** Closes the connection amid the answer, once these have left: newer versions of Node.js write a tick later. */
  breakOff(...pieces: string[]): void {
    this.send(...pieces.slice(0, -1));
    this.response.write(pieces.at(-1), () => this.response.socket!.end());
  }

  /**
   * Sends this piece so many times, as fast as it is taken, and then the rest. Resolves with how many have left once nothing
   * moves any more.
   */
  async fill(piece: string | Buffer, times: number, rest = ''): Promise<number> {
    let sent = 0;
    const pump = () => {
      while (sent < times && !this.isBlocked) {
        this.send(piece);
        sent++;
      }
      if (sent === times) this.end(rest);
      else this.response.once('drain', pump);
    };
    pump();
    let last = -1;
    await eventually(async () => {
      const before = last;
      last = sent;
      await new Promise((resolve) => setTimeout(resolve, 100));
      return before === sent;
    });
    return sent;
  }

  end(...pieces: string[]): void {
    this.send(...pieces);
    this.response.end();
  }

  json(status: number, body: unknown, headers: Record<string, string> = {}): void {
    this.response.writeHead(status, { 'content-type': 'application/json', ...headers });
    this.response.end(typeof body === 'string' ? body : JSON.stringify(body));
  }

  /** Cuts the connection. */
  cut(): void {
    this.response.destroy();
  }

  async closed(): Promise<void> {
    await eventually(() => this.isClosed);
  }
}

export type Reply = (call: UpstreamCall) => unknown;

/** A provider over HTTP that a test plays. */
export class Upstream {
  readonly calls: UpstreamCall[] = [];
  readonly sockets = new Set<Socket>();
  /** Connections ever made. */
  connections = 0;
  /** Answers each call as it comes; unset: the test does, later. */
  reply: ((call: UpstreamCall, n: number) => unknown) | undefined;

  private constructor(readonly server: Server) {
    server.on('connection', (socket) => {
      this.connections++;
      this.sockets.add(socket);
      socket.on('close', () => this.sockets.delete(socket));
    });
    server.on('request', (request, response) => void this.receive(request, response));
  }

  static async start(): Promise<Upstream> {
    const server = createServer();
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    return new Upstream(server);
  }

  get port(): number {
    return (this.server.address() as AddressInfo).port;
  }

  get url(): string {
    return `http://127.0.0.1:${this.port}/v1`;
  }

  /** Waits for the n-th call (from 0). */
  async call(n = 0): Promise<UpstreamCall> {
    await eventually(() => this.calls.length > n);
    return this.calls[n];
  }

  async stop(): Promise<void> {
    this.server.closeAllConnections();
    for (const socket of this.sockets) socket.destroy();
    await new Promise((resolve) => this.server.close(resolve));
  }

  private async receive(request: IncomingMessage, response: ServerResponse): Promise<void> {
    let text = '';
    for await (const chunk of request) text += chunk;
    const call = new UpstreamCall(request.url ?? '', request.headers, text ? JSON.parse(text) : undefined, response);
    this.calls.push(call);
    this.reply?.(call, this.calls.length - 1);
  }
}
