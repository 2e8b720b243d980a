import type { Doc } from '../wire/bson.js';
import type { Collection } from './collection.js';

/** A document's new state in an open transaction; null: deleted. */
export interface PendingWrite {
  doc: Doc | null;
  collection: Collection;
}

/** A transaction: the state of the data that it reads, and what it will have written when it commits. */
export class Transaction {
  state: 'active' | 'committed' | 'aborted' = 'active';
  /** By collection, then by the document's key. */
  readonly writes = new Map<Collection, Map<string, PendingWrite>>();

  constructor(
    /** Reads see what was written up to here. */
    readonly sequence: number,
    readonly startedAt: number,
  ) {}

  pending(collection: Collection, key: string): PendingWrite | undefined {
    return this.writes.get(collection)?.get(key);
  }

  set(collection: Collection, key: string, doc: Doc | null): void {
    let own = this.writes.get(collection);
    if (!own) this.writes.set(collection, (own = new Map()));
    own.set(key, { doc, collection });
  }
}

/** What a command sees: the newest state, an older one (a lagging secondary's), or a transaction's. */
export interface View {
  sequence: number;
  transaction?: Transaction;
}

export const LATEST: View = { sequence: Infinity };
