import { ServerError, writeConflict } from '../errors.js';
import type { Doc } from '../wire/bson.js';
import { Clock } from './clock.js';
import { Collection } from './collection.js';
import { expiredKeys } from './expiry.js';
import { Transaction } from './transaction.js';

const LONGEST_TRANSACTION_MS = 60_000;

/** The one set of data that all nodes show: databases, collections, open transactions. */
export class Store {
  readonly databases = new Map<string, Map<string, Collection>>();
  readonly transactions = new Set<Transaction>();
  readonly clock: Clock;
  /** How far the secondaries are behind. */
  lagMs = 0;
  /** What they had when they began to be. */
  private lagFrom = 0;

  constructor(options: { clockOffsetMs?: number } = {}) {
    this.clock = new Clock(options.clockOffsetMs ?? 0);
  }

  collection(db: string, name: string): Collection | undefined {
    return this.databases.get(db)?.get(name);
  }

  /** The collection, made where there is none. */
  ensureCollection(db: string, name: string, options?: Doc): Collection {
    const existing = this.collection(db, name);
    if (existing) return existing;
    if (typeof name !== 'string' || !name || name.includes('$')) {
      throw new ServerError('InvalidNamespace', `Invalid namespace specified '${db}.${name}'`);
    }
    const made = new Collection(this, db, name, options);
    this.place(made);
    return made;
  }

  /** Puts a collection where its name says. */
  place(collection: Collection): void {
    if (!this.databases.has(collection.db)) this.databases.set(collection.db, new Map());
    this.databases.get(collection.db)!.set(collection.name, collection);
  }

  lag(ms: number): void {
    if (!this.lagMs) this.lagFrom = this.clock.sequence;
    this.lagMs = ms;
  }

  /** Up to where the secondaries have the data. */
  get replicatedSequence(): number {
    return this.lagMs ? Math.max(this.lagFrom, this.clock.sequenceBefore(this.lagMs)) : Infinity;
  }

  get keepsHistory(): boolean {
    return this.transactions.size > 0 || this.lagMs > 0;
  }

  begin(): Transaction {
    const transaction = new Transaction(this.clock.sequence, Date.now());
    this.transactions.add(transaction);
    return transaction;
  }

  commit(transaction: Transaction): void {
    this.transactions.delete(transaction);
    transaction.state = 'committed';
    for (const writes of transaction.writes.values()) {
      for (const [key, { doc, collection }] of writes) collection.apply(key, doc);
    }
    this.prune();
  }

  abort(transaction: Transaction): void {
    if (transaction.state !== 'active') return;
    this.transactions.delete(transaction);
    transaction.state = 'aborted';
    this.prune();
  }

  /** First writer wins: refuses what another transaction holds, or what changed since this one began. */
  refuseConflict(collection: Collection, key: string, own?: Transaction): void {
    for (const open of this.transactions) {
      if (open !== own && open.pending(collection, key)) throw writeConflict();
    }
    if (own && collection.versions.sequenceOf(key) > own.sequence) throw writeConflict();
  }

  /** What the server's background tasks do: expire documents and abandoned transactions, forget old versions. */
  tidy(): void {
    for (const transaction of this.transactions) {
      if (Date.now() - transaction.startedAt > LONGEST_TRANSACTION_MS) this.abort(transaction);
    }
    for (const collection of this.collections()) {
      for (const key of expiredKeys(collection, this.clock.now())) this.expire(collection, key);
    }
    this.prune();
  }

  private expire(collection: Collection, key: string): void {
    const isHeld = [...this.transactions].some((open) => open.pending(collection, key));
    if (!isHeld) collection.write(key, null);
  }

  private prune(): void {
    const upTo = Math.min(this.replicatedSequence, ...[...this.transactions].map(({ sequence }) => sequence));
    for (const collection of this.collections()) collection.versions.prune(upTo);
  }

  private collections(): Collection[] {
    return [...this.databases.values()].flatMap((database) => [...database.values()]);
  }
}
