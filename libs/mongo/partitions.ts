import type { mongo, Schema } from 'mongoose';
import { timeOf } from '../ids/index.js';
import type { MongoCollection } from './mongo-collection.js';
import type { MongoDatabase } from './mongo-database.js';

/** How long the list of months is used. A month that begins meanwhile is asked without being in it. */
const LIST_MS = 60_000;
const DAY_MS = 24 * 60 * 60 * 1000;

export interface PartitionsOptions<T> {
  /** Of the one collection; a month's is `<name>_2026_03`. */
  name: string;
  schema: Schema;
  /** The id, a UUIDv7, of what a document belongs to. */
  keyOf: (doc: T) => string;
  partition: 'none' | 'month';
  /** No index is made before something is written. */
  lazy?: boolean;
}

/**
 * In which collection documents are. `none`: one for all. `month`: one for each month, by the time in the id of what they
 * belong to, so that it is whole in one of them and an old month can be moved or dropped as a whole.
 */
export class Partitions<T extends mongo.Document, K = T> {
  private listed: { at: number; months: string[] } | undefined;

  constructor(
    private readonly database: MongoDatabase,
    private readonly options: PartitionsOptions<K>,
  ) {
    if (options.partition === 'none') this.named(options.name);
  }

  /** Where what belongs to this id is. Undefined: nothing can have this id. */
  of(id: string): MongoCollection<T> | undefined {
    if (this.options.partition === 'none') return this.named(this.options.name);
    const ms = timeOf(id) ?? 0;
    // Ids come from clients, too: one from nowhere must not make this process remember a collection for it.
    return ms > Date.UTC(2020) && ms < Date.now() + DAY_MS ? this.ofMonth(monthAt(ms)) : undefined;
  }

  /** What goes to each of them; what belongs nowhere is left out. */
  group<I extends K>(items: I[]): Array<[MongoCollection<T>, I[]]> {
    const groups = new Map<MongoCollection<T>, I[]>();
    for (const item of items) {
      const collection = this.of(this.options.keyOf(item));
      if (!collection) continue;
      const group = groups.get(collection);
      if (group) group.push(item);
      else groups.set(collection, [item]);
    }
    return [...groups];
  }

  /** All there are, for what is asked without such an id. Their indexes stand. */
  async all(): Promise<Array<MongoCollection<T>>> {
    if (this.options.partition === 'none') return [this.named(this.options.name)];
    if (!this.listed || Date.now() - this.listed.at > LIST_MS) await this.list();
    const now = Date.now();
    const months = new Set([...(this.listed?.months ?? []), ...[now - DAY_MS, now, now + DAY_MS].map(monthAt)]);
    return [...months].map((month) => this.ofMonth(month));
  }

  /** Of the months named so, and the present one: also without their indexes. */
  existing(names: string[]): Array<MongoCollection<T>> {
    return [...new Set([...names, `${this.options.name}_${monthAt(Date.now())}`])].map((name) => this.named(name));
  }

  private async list(): Promise<void> {
    const isMonth = new RegExp(`^${this.options.name}_(\\d{4}_\\d{2})$`);
    const filter = { name: { $regex: isMonth.source } };
    const found = await this.database.run((db) => db.listCollections(filter, { nameOnly: true }).toArray());
    const months = found.map(({ name }) => isMonth.exec(name)?.[1]).filter((month) => month !== undefined);
    // A newer version may have brought an index that an older month does not have yet.
    await Promise.all(months.map((month) => this.ofMonth(month).ensureIndexes()));
    this.listed = { at: Date.now(), months };
  }

  private ofMonth(month: string): MongoCollection<T> {
    return this.named(`${this.options.name}_${month}`);
  }

  private named(name: string): MongoCollection<T> {
    // A month that is only asked for must not be made by that.
    const lazy = this.options.lazy || this.options.partition === 'month';
    return this.database.collection<T>(name, this.options.schema, { lazy });
  }
}

function monthAt(ms: number): string {
  return new Date(ms).toISOString().slice(0, 7).replace('-', '_');
}
