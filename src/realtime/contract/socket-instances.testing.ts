import { createServer, type Server as HttpServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Server } from 'socket.io';
import { io, type Socket } from 'socket.io-client';
import { eventually } from '../../../test/support/eventually.js';
import type { SocketAdapter } from '../realtime.adapter.js';

export interface OpenedAdapters {
  /** One for each instance. */
  adapters: Array<SocketAdapter | undefined>;
  close(): Promise<void>;
}

/** Servers of sockets, whose clients are in the rooms that they name. */
export class Instances {
  private readonly servers: Server[] = [];
  private readonly http: HttpServer[] = [];
  private readonly clients: Socket[] = [];

  private constructor(private readonly opened: OpenedAdapters) {}

  static async start(opened: OpenedAdapters): Promise<Instances> {
    const instances = new Instances(opened);
    for (const adapter of opened.adapters) {
      const http = createServer();
      const server = new Server(http, { transports: ['websocket'], adapter });
      server.on('connection', (socket) => void socket.join(socket.handshake.auth.rooms as string[]));
      instances.servers.push(server);
      instances.http.push(http);
      await new Promise<void>((resolve) => http.listen(0, '127.0.0.1', resolve));
    }
    return instances;
  }

  /** The one that has this number, counted round. */
  at(n: number): Server {
    return this.servers[n % this.servers.length];
  }

  /** A client of instance `n`, and what it hears. In its rooms when this resolves. */
  async connect(n: number, ...rooms: string[]): Promise<{ client: Socket; heard: unknown[][] }> {
    const { port } = this.http[n % this.http.length].address() as AddressInfo;
    const options = { transports: ['websocket'], auth: { rooms }, forceNew: true, reconnection: false };
    const client = io(`http://127.0.0.1:${port}`, options);
    this.clients.push(client);
    const heard: unknown[][] = [];
    client.onAny((...event: unknown[]) => event[0] !== 'probe' && heard.push(event));
    await eventually(
      () =>
        client.connected &&
        this.at(n)
          .of('/')
          .adapter.socketRooms(client.id as string)?.size,
    );
    return { client, heard };
  }

  /** Until what any instance emits to the clients is heard by all of them. */
  async connected(...clients: Socket[]): Promise<void> {
    for (const from of this.servers) {
      for (const client of clients) {
        let isHeard = false;
        client.once('probe', () => (isHeard = true));
        await eventually(() => {
          if (!isHeard) from.to(client.id as string).emit('probe');
          return isHeard;
        });
      }
    }
  }

  async stop(): Promise<void> {
    for (const client of this.clients) client.disconnect();
    await Promise.all(this.servers.map((server) => server.close()));
    await this.opened.close();
  }
}
