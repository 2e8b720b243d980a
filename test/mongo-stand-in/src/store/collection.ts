import { ObjectId } from 'bson';
import { ServerError } from '../errors.js';
import { equalitiesOf } from '../query/equalities.js';
import { keyOf } from '../values/keys.js';
import { storable } from '../values/documents.js';
import { type Doc, sizeOf } from '../wire/bson.js';
import { duplicateKey, refuseDuplicates } from './duplicates.js';
import { HashIndex } from './hash-index.js';
import type { Store } from './store.js';
import type { Transaction, View } from './transaction.js';
import { Versions } from './versions.js';

/** A document's most bytes: https://www.mongodb.com/docs/manual/reference/limits/#bson-documents */
const LARGEST = 16 * 1024 * 1024;

const isTooLarge = (doc: Doc): boolean => sizeOf(doc) > LARGEST;

/** A collection: its documents with their versions, and its indexes. Documents are replaced, never changed in place. */
export class Collection {
  readonly uuid = new ObjectId();
  readonly indexes = new Map<string, HashIndex>();
  readonly versions = new Versions();

  constructor(
    readonly store: Store,
    public db: string,
    public name: string,
    readonly options: Doc = {},
  ) {
    this.indexes.set('_id_', new HashIndex({ v: 2, key: { _id: 1 }, name: '_id_' }));
  }

  get namespace(): string {
    return `${this.db}.${this.name}`;
  }

  /** The newest state of a document. */
  newest(key: string): Doc | null {
    return this.versions.at(key, Infinity);
  }

  /** The documents that a reader sees. The filter only narrows which are looked at. */
  read(view: View, filter?: Doc): Doc[] {
    const own = view.transaction?.writes.get(this);
    const seen = (key: string): Doc | null => {
      const pending = own?.get(key);
      return pending ? pending.doc : this.versions.at(key, view.sequence);
    };
    const narrowed = this.narrow(filter);
    const keys = new Set(narrowed ?? this.versions.keys());
    // An index knows the newest state only: what changed since, and what the transaction wrote, is looked at too.
    if (narrowed && view.sequence !== Infinity) for (const key of this.versions.changed()) keys.add(key);
    for (const key of own?.keys() ?? []) keys.add(key);
    return [...keys].map(seen).filter((doc) => doc !== null);
  }

  private narrow(filter?: Doc): string[] | undefined {
    const equalities = equalitiesOf(filter);
    const ids = equalities.get('_id');
    if (ids) return ids.map((id) => keyOf(id));
    const found = [...this.indexes.values()].flatMap((index) => {
      const keys = index.candidates(equalities);
      return keys ? [keys] : [];
    });
    return found.toSorted((a, b) => a.length - b.length)[0];
  }

  /** Adds a document, with an `_id` where it has none, which then stands first. */
  insert(given: Doc, transaction?: Transaction): Doc {
    const { _id = new ObjectId(), ...rest } = storable(given);
    if (Array.isArray(_id) || _id instanceof RegExp) {
      throw new ServerError('InvalidIdField', `The '_id' value cannot be an array or a regex`);
    }
    const doc = { _id, ...rest };
    if (isTooLarge(doc)) throw new ServerError('BSONObjectTooLarge', 'object to insert too large');
    const key = keyOf(_id);
    const pending = transaction?.pending(this, key);
    if (pending ? pending.doc : this.newest(key)) throw duplicateKey(this, this.indexes.get('_id_')!, doc);
    this.write(key, doc, transaction);
    return doc;
  }

  /** The one way in for every change; null deletes. */
  write(key: string, doc: Doc | null, transaction?: Transaction): void {
    this.store.refuseConflict(this, key, transaction);
    if (doc && isTooLarge(doc)) {
      throw new ServerError('Location17419', `Resulting document after update is larger than ${LARGEST}`);
    }
    if (doc) refuseDuplicates(this, key, doc, transaction);
    if (transaction) transaction.set(this, key, doc);
    else this.apply(key, doc);
  }

  /** Makes a checked change visible. */
  apply(key: string, doc: Doc | null): void {
    const before = this.newest(key);
    for (const index of this.indexes.values()) {
      if (before && doc && index.isSame(before, doc)) continue;
      if (before) index.remove(key, before);
      if (doc) index.add(key, doc);
    }
    this.versions.set(key, doc, this.store.clock.tick(), this.store.keepsHistory);
  }
}
