import mongoose, { type mongo } from 'mongoose';
import { RetryableError, type MongoCollection } from '../../../libs/mongo/index.js';
import { digest, markOf } from './content.js';
import type { Copied, Kind } from './kinds.js';
import type { Report } from './report.js';

const DUPLICATE = 11000;

type Marked = { _id: string; migrated?: string };

/**
 * Copies documents of one kind, a batch at a time. Each write may be done twice, and beside servers that work on the target:
 * what is not there is made; what this command made, and nobody has changed since, is replaced; everything else stays, and
 * is reported.
 */
export class Copying<T extends Copied> {
  constructor(
    private readonly kind: Kind<T>,
    private readonly sourceId: string,
    private readonly report: Report,
  ) {}

  async copy(docs: T[]): Promise<void> {
    const placed = this.kind.place(docs);
    const known = new Set(placed.flatMap(([, some]) => some.map(({ _id }) => _id)));
    for (const doc of docs) {
      if (!known.has(doc._id)) this.report.conflict(this.kind.name, doc._id, 'belongs to no month, by its id');
    }
    for (const [collection, some] of placed) await this.copyInto(collection, some);
  }

  private async copyInto(collection: MongoCollection<T>, docs: T[]): Promise<void> {
    const { kind } = this;
    await collection.ensureIndexes();
    const marks = await this.marksOf(collection, docs);
    const absent = docs.filter(({ _id }) => !marks.has(_id));
    const deleted = await kind.deleted(absent);
    for (const id of deleted) this.report.deletedThere(kind.name, id);
    const made = absent.filter((doc) => !deleted.has(doc._id) && this.isStorable(doc));
    const changed = docs.filter((doc) => marks.has(doc._id) && marks.get(doc._id) !== this.mark(doc));
    const writes = [...made.map((doc) => this.making(doc)), ...(await this.replacing(collection, changed))];
    if (writes.length > 0) await this.write(collection, writes);
    // What was refused is not there: noted, it would count as deleted the next time.
    await kind.note(docs.filter(({ _id }) => !deleted.has(_id) && !this.report.hasConflict(kind.name, _id)));
  }

  private async marksOf(collection: MongoCollection<T>, docs: T[]): Promise<Map<string, string | undefined>> {
    const filter = { _id: { $in: docs.map(({ _id }) => _id) } } as mongo.Filter<T>;
    const found = await collection.run((there) =>
      there.find<Marked>(filter, { projection: { migrated: 1 } }).toArray(),
    );
    return new Map(found.map(({ _id, migrated }) => [_id, migrated]));
  }

  private isStorable(doc: T): boolean {
    const why = this.kind.refused?.(doc);
    if (why) this.report.conflict(this.kind.name, doc._id, why);
    return why === undefined;
  }

  private making(doc: T): mongo.AnyBulkWriteOperation<T> {
    const { _id, ...fields } = this.marked(doc);
    const update = { $setOnInsert: fields } as mongo.UpdateFilter<T>;
    // The user says on which shard, where conversations and messages are sharded. A tombstone may have none.
    const isSharded = this.kind.name !== 'accounts';
    const filter = {
      _id,
      ...(isSharded && { userId: (doc as { userId?: string }).userId ?? null }),
    } as mongo.Filter<T>;
    return { updateOne: { filter, update, upsert: true } };
  }

  /** Of those that are there with another content: which may be replaced. */
  private async replacing(collection: MongoCollection<T>, docs: T[]): Promise<Array<mongo.AnyBulkWriteOperation<T>>> {
    if (docs.length === 0) return [];
    const { kind } = this;
    const filter = { _id: { $in: docs.map(({ _id }) => _id) } } as mongo.Filter<T>;
    const found = (await collection.run((there) => there.find(filter).toArray())) as T[];
    const writes: Array<mongo.AnyBulkWriteOperation<T>> = [];
    for (const doc of docs) {
      const there = found.find(({ _id }) => _id === doc._id);
      if (!there || this.mark(there) === this.mark(doc)) continue;
      const why = this.whyNot(there, doc);
      if (why && kind.isTombstone?.(there)) this.report.deletedThere(kind.name, doc._id);
      else if (why) this.report.conflict(kind.name, doc._id, why);
      else {
        await kind.beforeReplacing?.(doc);
        writes.push({ replaceOne: { filter: this.asRead(there), replacement: this.marked(doc) } });
      }
    }
    return writes;
  }

  private whyNot(there: T, here: T): string | undefined {
    if (!there.migrated?.startsWith(`${this.sourceId}:`)) return 'is there already, and not from this file';
    if (there.migrated !== this.mark(there)) return 'was changed on both sides';
    return this.kind.isNewer(there, here) ? 'is newer there' : undefined;
  }

  /** Somebody may change it between the look and the write. Texts are left out: they don't change without their time. */
  private asRead(there: T): mongo.Filter<T> {
    const fields = this.kind.fields.filter((field) => !['text', 'usage', 'error', 'params', 'spent'].includes(field));
    return Object.fromEntries(
      ['_id', 'migrated', ...fields].map((f) => [f, there[f as keyof T] ?? null]),
    ) as mongo.Filter<T>;
  }

  private async write(collection: MongoCollection<T>, writes: Array<mongo.AnyBulkWriteOperation<T>>): Promise<void> {
    await collection.run(async (there) => {
      try {
        await there.bulkWrite(writes, { ordered: false });
      } catch (error) {
        for (const index of refusedBy(error)) {
          const { filter } = Object.values(writes[index])[0] as { filter: Marked };
          this.report.conflict(this.kind.name, filter._id, 'has the e-mail of another account that is there');
        }
      }
    });
  }

  private marked(doc: T): T {
    return { ...this.kind.completed(doc), migrated: this.mark(doc) };
  }

  private mark(doc: T): string {
    return markOf(this.sourceId, digest(doc, this.kind.fields, this.kind.later));
  }
}

/**
 * Which writes the index over e-mails refused, where that was all; else throws it. A document that was made at the same
 * moment, by an attempt that was given up, is looked at again.
 */
function refusedBy(error: unknown): number[] {
  if (!(error instanceof mongoose.mongo.MongoBulkWriteError)) throw error;
  const errors = [error.writeErrors].flat();
  if (errors.length === 0 || errors.some(({ code }) => code !== DUPLICATE)) throw error;
  if (errors.some(({ errmsg }) => !errmsg?.includes('index: email'))) throw new RetryableError('made at the same time');
  return errors.map(({ index }) => index);
}
