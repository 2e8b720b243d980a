import { randomInt } from 'node:crypto';
import { createServer } from 'node:net';
import { Redis } from 'ioredis';
import { eventually } from './eventually.js';
import { RedisServer } from './redis.js';

const SLOTS = 16_384;
/** A node talks to the others on its port and so much. */
const BUS = 10_000;

/** A Redis Cluster of three masters on loopback ports. */
export class RedisCluster {
  private constructor(readonly nodes: RedisServer[]) {}

  /** Resolves when every node knows that all slots are served. */
  static async start(): Promise<RedisCluster> {
    const nodes: RedisServer[] = [];
    const cluster = new RedisCluster(nodes);
    try {
      for (let i = 0; i < 3; i++) nodes.push(await startNode());
      await cluster.join();
      return cluster;
    } catch (error) {
      await cluster.stop();
      throw error;
    }
  }

  get uri(): string {
    return nodesOf(this.nodes).join(',');
  }

  async stop(): Promise<void> {
    for (const node of this.nodes) await node.stop();
  }

  private async join(): Promise<void> {
    const clients = this.nodes.map(({ port }) => new Redis(port, '127.0.0.1'));
    try {
      for (const [i, client] of clients.entries()) {
        const [from, to] = [Math.ceil((i * SLOTS) / 3), Math.ceil(((i + 1) * SLOTS) / 3)];
        await client.cluster('ADDSLOTS', ...Array.from({ length: to - from }, (_, slot) => from + slot));
        await client.cluster('SET-CONFIG-EPOCH', i + 1);
        if (i > 0) await client.cluster('MEET', '127.0.0.1', this.nodes[0].port);
      }
      for (const client of clients) {
        await eventually(async () => {
          const info = (await client.cluster('INFO')) as string;
          return info.includes('cluster_state:ok') && info.includes('cluster_known_nodes:3');
        });
      }
    } finally {
      for (const client of clients) client.disconnect();
    }
  }
}

function nodesOf(nodes: RedisServer[]): string[] {
  return nodes.map(({ uri }) => uri);
}

async function startNode(): Promise<RedisServer> {
  for (let tries = 1; ; tries++) {
    // Below what the system gives out by itself, with its second port too.
    const port = randomInt(12_000, 22_000);
    if (!(await isFree(port)) || !(await isFree(port + BUS))) continue;
    try {
      const args = ['--cluster-enabled', 'yes', '--cluster-node-timeout', '3000'];
      return await RedisServer.start({ port, args });
    } catch (error) {
      if (tries === 5) throw error;
    }
  }
}

function isFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', () => resolve(false));
    server.listen(port, '127.0.0.1', () => server.close(() => resolve(true)));
  });
}
