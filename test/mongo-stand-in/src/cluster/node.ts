import { once } from 'node:events';
import { createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { Long, ObjectId } from 'bson';
import { Cursors } from '../commands/cursors.js';
import { toNumber } from '../values/order.js';
import type { Doc } from '../wire/bson.js';
import { Connection } from './connection.js';
import { FailPoint, type Failure } from './fail-points.js';
import type { ReplicaSet } from './replica-set.js';

const HOST = '127.0.0.1';

/** One node of the set: a listener with its connections. The data is the set's. */
export class Node {
  readonly cursors = new Cursors();
  readonly failPoint = new FailPoint();
  /** How often each command came. */
  readonly commandCounts = new Map<string, number>();
  acceptedConnections = 0;
  alive = false;
  /** Commands still run, but nobody hears: a machine in the moment it dies. */
  muted = false;
  publicAddress: string | undefined;
  private port = 0;
  private server?: Server;
  private readonly sockets = new Set<Socket>();
  private readonly waiting = new Set<() => void>();
  private processId = new ObjectId();
  private changes = 0;

  constructor(readonly set: ReplicaSet) {}

  /** Where clients find it: where it listens, unless something stands before it. */
  get address(): string {
    return this.publicAddress ?? this.listensAt;
  }

  get listensAt(): string {
    return `${HOST}:${this.port}`;
  }

  get isPrimary(): boolean {
    return this.set.primary === this;
  }

  get openConnections(): number {
    return this.sockets.size;
  }

  get topologyVersion(): Doc {
    return { processId: this.processId, counter: Long.fromNumber(this.changes) };
  }

  /** Listens, on the same port as before. */
  async start(): Promise<void> {
    this.server = createServer((socket) => this.accept(socket));
    this.server.listen(this.port, HOST);
    await once(this.server, 'listening');
    this.port = (this.server.address() as AddressInfo).port;
    this.processId = new ObjectId();
    this.changes = 0;
    this.muted = false;
    this.alive = true;
  }

  /** Gone at once, like a killed process: connections break, cursors and fail points are lost. */
  async stop(): Promise<void> {
    this.alive = false;
    this.wake();
    const closed = [this.server!, ...this.sockets].map((one) => once(one, 'close'));
    this.server!.close();
    for (const socket of this.sockets) socket.destroy();
    this.cursors.clear();
    this.failPoint.clear();
    await Promise.all(closed);
  }

  /** Counts a command, and says what a fail point makes of it. */
  begin(name: string, appName: string | undefined): Failure {
    this.commandCounts.set(name, (this.commandCounts.get(name) ?? 0) + 1);
    return name === 'configureFailPoint' ? {} : this.failPoint.failureOf(name, appName);
  }

  /** Tells the clients that wait for it that the set is another one than before. */
  announceChange(): void {
    this.changes++;
    this.wake();
  }

  /** Resolves when the node's state is another one than the client knows, or after `maxMs`. */
  async changedSince(known: Doc, maxMs: number): Promise<void> {
    const isKnown = this.processId.equals(known.processId) && toNumber(known.counter)! >= this.changes;
    if (!isKnown || !this.alive) return;
    await new Promise<void>((resolve) => {
      const done = (): void => {
        clearTimeout(timer);
        this.waiting.delete(done);
        resolve();
      };
      const timer = setTimeout(done, maxMs);
      this.waiting.add(done);
    });
  }

  private wake(): void {
    for (const done of [...this.waiting]) done();
  }

  private accept(socket: Socket): void {
    this.acceptedConnections++;
    this.sockets.add(socket);
    socket.on('close', () => this.sockets.delete(socket));
    new Connection(this, socket);
  }
}
