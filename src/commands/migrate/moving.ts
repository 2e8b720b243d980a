import { createHash } from 'node:crypto';
import type { mongo } from 'mongoose';
import type { ChatCollections, MessageDocument } from '../../chat/mongo/chat-collections.js';
import type { MongoCollection } from '../../../libs/mongo/index.js';

export type Stored = MessageDocument;

const NAMED = 20;

/**
 * Moves messages from one collection to where they belong: copies a batch, reads it back, and deletes from the old place
 * only what stands in the new one just the same. So each moment has every message at least once, and what is left in the
 * old place when it ends early is taken up by the next run.
 */
export class Moving {
  private moved = 0;
  private orphans = 0;
  private readonly left = new Map<string, string>();

  constructor(private readonly chat: ChatCollections) {}

  async move(from: string, docs: Stored[]): Promise<void> {
    const alive = await this.withoutDeleted(from, docs);
    const placed = this.chat.messages.group(alive);
    const known = new Set(placed.flatMap(([, some]) => some));
    for (const doc of alive) if (!known.has(doc)) this.left.set(doc._id, 'belongs to no month, by its id');
    for (const [to, some] of placed) await this.moveTo(from, to, some);
  }

  get isClean(): boolean {
    return this.left.size === 0;
  }

  lines(): string[] {
    const lines = [`Moved, and read again in the new place: ${this.moved.toLocaleString('en')} messages.`];
    if (this.orphans > 0) lines.push(`Removed with their deleted conversations: ${this.orphans}.`);
    if (this.left.size > 0) lines.push(`Left where they were: ${this.left.size}`);
    for (const [id, why] of [...this.left].slice(0, NAMED)) lines.push(`  message ${id} ${why}`);
    return lines;
  }

  private async moveTo(from: string, to: MongoCollection<MessageDocument>, docs: Stored[]): Promise<void> {
    await to.ensureIndexes();
    const making = docs.map(({ _id, ...fields }) => ({
      // The user says on which shard, where messages are sharded.
      updateOne: { filter: { _id, userId: fields.userId }, update: { $setOnInsert: fields }, upsert: true },
    }));
    await to.run((messages) => messages.bulkWrite(making, { ordered: false }));
    const there = await this.read(to, docs);
    const older = docs.filter((doc) => isNewer(doc, there.get(doc._id)));
    if (older.length > 0) {
      // Copied by a run that was cut short, and then changed in the old place.
      const replacing = older.map((doc) => ({
        replaceOne: { filter: { _id: doc._id, userId: doc.userId }, replacement: doc },
      }));
      await to.run((messages) => messages.bulkWrite(replacing, { ordered: false }));
      for (const [id, doc] of await this.read(to, older)) there.set(id, doc);
    }
    const safe = docs.filter((doc) => this.isSafe(doc, there.get(doc._id)));
    await this.delete(from, safe);
    this.moved += safe.length;
  }

  private async read(to: MongoCollection<MessageDocument>, docs: Stored[]): Promise<Map<string, Stored>> {
    const filter = { _id: { $in: docs.map(({ _id }) => _id) } };
    const found = await to.run((messages) => messages.find(filter).toArray());
    return new Map(found.map((doc) => [doc._id, doc]));
  }

  /** Whether what stands in the new place is the same, or what became of it there. */
  private isSafe(doc: Stored, there: Stored | undefined): boolean {
    const isThere = there !== undefined && (whole(there) === whole(doc) || isNewer(there, doc));
    if (!isThere) this.left.set(doc._id, 'is not the same in the new place');
    return isThere;
  }

  /** What lies under a tombstone is not moved: where its conversation was deleted meanwhile, nothing may bring it back. */
  private async withoutDeleted(from: string, docs: Stored[]): Promise<Stored[]> {
    const ids = [...new Set(docs.map(({ conversationId }) => conversationId))];
    const filter = { _id: { $in: ids }, removedAt: { $ne: null } };
    const projection = { _id: 1 };
    const removed = await this.chat.conversations.run((all) => all.find(filter, { projection }).toArray());
    const under = new Set(removed.map(({ _id }) => _id));
    const dead = docs.filter(({ conversationId }) => under.has(conversationId));
    await this.delete(from, dead);
    this.orphans += dead.length;
    return docs.filter(({ conversationId }) => !under.has(conversationId));
  }

  private async delete(from: string, docs: Stored[]): Promise<void> {
    if (docs.length === 0) return;
    const filter: mongo.Filter<Stored> = { _id: { $in: docs.map(({ _id }) => _id) } };
    await this.chat.database.run((db) => db.collection<Stored>(from).deleteMany(filter));
  }
}

/** Everything of a document, in whatever order its fields are. */
function whole(doc: Stored): string {
  const sorted = Object.entries(doc).sort(([a], [b]) => (a < b ? -1 : 1));
  return createHash('sha256').update(JSON.stringify(sorted)).digest('base64');
}

/** By what every change of a message raises. */
function isNewer(doc: Stored, than: Stored | undefined): boolean {
  if (!than) return false;
  const stamps = ({ epoch, touchedAt, updatedAt }: Stored) => [epoch, +touchedAt, +updatedAt];
  const [a, b] = [stamps(doc), stamps(than)];
  const i = a.findIndex((stamp, at) => stamp !== b[at]);
  return i >= 0 && a[i] > b[i];
}
