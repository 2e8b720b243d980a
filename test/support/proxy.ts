import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';

interface Loss {
  of: RegExp;
  happened: () => void;
}

/**
 * Stands before a server and loses replies: a request reaches the server and is done, but the connection breaks before
 * the reply is back.
 */
export class Proxy {
  /** How many replies were lost. */
  lost = 0;
  /** What replies say of addresses: a replica set tells its members' own. */
  readonly rename = new Map<string, string>();
  private readonly sockets = new Set<Socket>();

  private constructor(
    private readonly server: Server,
    private readonly targetPort: number,
    private readonly losses: Loss[],
  ) {
    server.on('connection', (client) => this.serve(client));
  }

  static async before(targetPort: number, losses: Loss[] = []): Promise<Proxy> {
    const server = createServer().listen(0, '127.0.0.1');
    await once(server, 'listening');
    return new Proxy(server, targetPort, losses);
  }

  /** One before each member of a replica set: who asks one hears of the others' proxies. What one loses, all lose. */
  static async beforeSet(uri: string): Promise<{ uri: string; proxies: Proxy[] }> {
    const ports = [...uri.matchAll(/127\.0\.0\.1:(\d+)/g)].map(([, port]) => Number(port));
    const losses: Loss[] = [];
    const proxies = await Promise.all(ports.map((port) => Proxy.before(port, losses)));
    for (const proxy of proxies) {
      ports.forEach((port, i) => proxy.rename.set(`127.0.0.1:${port}`, `127.0.0.1:${proxies[i].port}`));
    }
    return { uri: proxies[0].renamed(uri), proxies };
  }

  get port(): number {
    return (this.server.address() as AddressInfo).port;
  }

  /** Loses the reply to the next request like this. Resolves when it is lost. */
  lose(of: RegExp): Promise<void> {
    return new Promise((happened) => this.losses.push({ of, happened }));
  }

  async stop(): Promise<void> {
    this.sockets.forEach((socket) => socket.destroy());
    this.server.close();
    await once(this.server, 'close');
  }

  /** Addresses are of the same length: so lengths that stand in the reply stay right. */
  private renamed(text: string): string {
    return text.replace(/127\.0\.0\.1:\d+/g, (address) => {
      const other = this.rename.get(address) ?? address;
      if (other.length !== address.length) throw new Error(`${address} can't be renamed to ${other}`);
      return other;
    });
  }

  private serve(client: Socket): void {
    const server = connect(this.targetPort, '127.0.0.1');
    let loss: Loss | undefined;
    for (const socket of [client, server]) {
      this.sockets.add(socket);
      socket.on('error', () => undefined).on('close', () => this.sockets.delete(socket));
    }
    client.on('close', () => server.end());
    server.on('close', () => client.destroy());
    client.on('data', (data) => {
      const text = data.toString('latin1');
      const i = loss ? -1 : this.losses.findIndex(({ of }) => of.test(text));
      if (i >= 0) [loss] = this.losses.splice(i, 1);
      server.write(data);
    });
    server.on('data', (data) => {
      if (client.destroyed) return;
      if (!loss) {
        client.write(this.rename.size ? Buffer.from(this.renamed(data.toString('latin1')), 'latin1') : data);
        return;
      }
      client.destroy();
      this.lost++;
      loss.happened();
    });
  }
}
