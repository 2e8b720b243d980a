import { EventEmitter, once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { Store } from '../store/store.js';
import { Node } from './node.js';
import { Sessions } from './sessions.js';

export interface ReplicaSetOptions {
  nodes?: number;
  /** From losing the primary to the next one. */
  electionMs?: number;
  /** How often expired documents are removed. */
  expiryMs?: number;
  /** How far the secondaries are behind. */
  lagMs?: number;
  /** How far the servers' clocks are ahead of this process's: `$$NOW` and TTL go by theirs. */
  clockOffsetMs?: number;
  /** What it does not know, as other servers of this protocol do not: such commands are refused. */
  lacks?: RegExp;
}

/**
 * A stand-in for a replica set: several listeners that speak MongoDB's wire protocol, over one set of data in memory.
 * It behaves like MongoDB as far as drivers and this product's stores look. It is not MongoDB: elections are scripted,
 * nothing is durable, and there are no change streams, text or geo indexes, `$jsonSchema`, authentication or TLS.
 */
export class ReplicaSet {
  readonly name = 'rs0';
  readonly nodes: Node[];
  readonly store: Store;
  readonly sessions: Sessions;
  primary: Node | undefined;
  term = 0;
  private readonly electionMs: number;
  private readonly expiryMs: number;
  private readonly events = new EventEmitter();
  private expiry?: NodeJS.Timeout;
  private election?: NodeJS.Timeout;

  constructor(private readonly options: ReplicaSetOptions = {}) {
    this.electionMs = options.electionMs ?? 150;
    this.expiryMs = options.expiryMs ?? 200;
    this.store = new Store(options);
    this.sessions = new Sessions(this.store);
    this.nodes = Array.from({ length: options.nodes ?? 3 }, () => new Node(this));
    this.lag(options.lagMs ?? 0);
  }

  static async start(options?: ReplicaSetOptions): Promise<ReplicaSet> {
    const set = new ReplicaSet(options);
    for (const node of set.nodes) await node.start();
    set.elect();
    set.expiry = setInterval(() => set.store.tidy(), set.expiryMs).unref();
    return set;
  }

  get uri(): string {
    return `mongodb://${this.nodes.map(({ address }) => address).join(',')}/?replicaSet=${this.name}`;
  }

  /** Whether a command holds something that this set was made not to know. */
  refuses(command: object): boolean {
    return this.options.lacks?.test(JSON.stringify(command)) ?? false;
  }

  get running(): Node[] {
    return this.nodes.filter(({ alive }) => alive);
  }

  /** From now on the secondaries show what was so many milliseconds ago. */
  lag(ms: number): void {
    this.store.lag(ms);
  }

  /** Ends a node at once. For `unansweredMs` before, what it still does is kept but never answered. */
  async kill(node: Node, unansweredMs = 0): Promise<void> {
    if (!node.alive) return;
    if (unansweredMs) {
      node.muted = true;
      await sleep(unansweredMs);
    }
    const hadPrimary = this.primary !== undefined;
    await node.stop();
    if (this.primary === node || (hadPrimary && !this.hasMajority)) this.losePrimary(node);
    else this.announceChange();
  }

  /** A killed node comes back, with the set's data. */
  async restart(node: Node): Promise<void> {
    if (node.alive) return;
    await node.start();
    if (this.primary) this.announceChange();
    else this.electLater();
  }

  /** The primary becomes a secondary, and another node primary. */
  async stepDown(): Promise<void> {
    this.beginStepDown();
    await this.untilPrimary();
  }

  beginStepDown(): void {
    if (this.primary) this.losePrimary(this.primary);
  }

  /** Resolves when there is a primary; never without a majority. */
  async untilPrimary(): Promise<Node> {
    if (!this.primary) await once(this.events, 'elected');
    return this.primary!;
  }

  async stop(): Promise<void> {
    clearInterval(this.expiry);
    clearTimeout(this.election);
    await Promise.all(this.running.map((node) => node.stop()));
  }

  private get hasMajority(): boolean {
    return this.running.length * 2 > this.nodes.length;
  }

  private losePrimary(previous: Node): void {
    this.primary = undefined;
    for (const transaction of [...this.store.transactions]) this.store.abort(transaction);
    this.announceChange();
    this.electLater(previous);
  }

  private electLater(previous?: Node): void {
    clearTimeout(this.election);
    this.election = setTimeout(() => this.elect(previous), this.electionMs);
  }

  private elect(previous?: Node): void {
    if (!this.hasMajority) return;
    this.term++;
    this.primary = this.running.find((node) => node !== previous) ?? this.running[0];
    this.announceChange();
    this.events.emit('elected');
  }

  private announceChange(): void {
    for (const node of this.running) node.announceChange();
  }
}
