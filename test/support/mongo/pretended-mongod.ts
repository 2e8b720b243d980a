import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { once } from 'node:events';
import { createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ReplicaSet } from '../../mongo-stand-in/src/cluster/replica-set.js';

/**
 * A `mongod` for tests of the engine that runs it: each process passes its connections on to one node of a stand-in, and
 * the node lives and dies with its process. So what is killed here are processes, found and restarted as real ones.
 */
export class PretendedMongod {
  readonly folder = mkdtempSync(join(tmpdir(), 'parley-pretended-'));
  /** Where the processes were told to keep their data. */
  readonly dataFolders = new Set<string>();
  private readonly ports: number[] = [];
  private readonly processes = new Set<Socket>();

  private constructor(
    readonly set: ReplicaSet,
    private readonly control: Server,
  ) {
    control.on('connection', (socket) => this.processStarted(socket));
  }

  /** A folder for PATH, with the program in it. */
  static async start(): Promise<PretendedMongod> {
    const control = createServer().listen(0, '127.0.0.1');
    await once(control, 'listening');
    const pretended = new PretendedMongod(await ReplicaSet.start(), control);
    const program = join(pretended.folder, 'mongod');
    writeFileSync(program, source((control.address() as AddressInfo).port));
    chmodSync(program, 0o755);
    return pretended;
  }

  get runningProcesses(): number {
    return this.processes.size;
  }

  async stop(): Promise<void> {
    for (const socket of this.processes) socket.destroy();
    this.control.close();
    await this.set.stop();
    rmSync(this.folder, { recursive: true });
  }

  /** A process tells what it was given, and hears which node is behind it and when that one is primary. */
  private processStarted(socket: Socket): void {
    this.processes.add(socket);
    socket.on('error', () => undefined);
    socket.once('data', (data) => {
      const { port, dbpath } = JSON.parse(String(data)) as { port: number; dbpath: string };
      this.dataFolders.add(dbpath);
      void this.serve(socket, port);
    });
  }

  private async serve(socket: Socket, port: number): Promise<void> {
    if (!this.ports.includes(port)) this.ports.push(port);
    const node = this.set.nodes[this.ports.indexOf(port)];
    node.publicAddress = `127.0.0.1:${port}`;
    await this.set.restart(node);
    socket.write(`node ${node.listensAt.split(':')[1]}\n`);
    const tell = setInterval(() => node.isPrimary && socket.write('primary\n'), 100);
    socket.once('close', () => {
      clearInterval(tell);
      this.processes.delete(socket);
      void this.set.kill(node);
    });
  }
}

const source = (controlPort: number): string => `#!${process.execPath}
const net = require('node:net');
const { argv } = process;
if (argv.includes('--version')) {
  console.log('db version v7.0.0');
  process.exit(0);
}
const option = (name) => argv[argv.indexOf(name) + 1];
const port = Number(option('--port'));
const control = net.connect(${controlPort}, '127.0.0.1', () => {
  control.write(JSON.stringify({ port, dbpath: option('--dbpath') }));
});
let isPrimary = false;
require('node:readline').createInterface({ input: control }).on('line', (line) => {
  const [word, node] = line.split(' ');
  if (word === 'node') serve(Number(node));
  if (word === 'primary' && !isPrimary) {
    isPrimary = true;
    console.log('transition to primary complete; database writes are now permitted');
  }
});
control.on('close', () => process.exit(0));
function serve(node) {
  const server = net.createServer((client) => {
    const backend = net.connect(node, '127.0.0.1');
    client.pipe(backend).pipe(client);
    client.on('error', () => backend.destroy()).on('close', () => backend.destroy());
    backend.on('error', () => client.destroy()).on('close', () => client.destroy());
  });
  server.listen(port, '127.0.0.1', () => console.log('Waiting for connections'));
}
process.on('SIGINT', () => process.exit(0));
`;
