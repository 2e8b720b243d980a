import { timeOf } from '../../../libs/ids/index.js';
import type { MongoCollection, MongoDatabase } from '../../../libs/mongo/index.js';
import { messageSchema, type MessageDocument } from './documents.js';

export type MessageCollection = MongoCollection<MessageDocument>;

/** How long the list of months is used. A month that begins meanwhile is asked without being in it. */
const LIST_MS = 60_000;
const DAY_MS = 24 * 60 * 60 * 1000;
const MONTH = /^messages_(\d{4}_\d{2})$/;

/**
 * In which collection messages are. `none`: one for all. `month`: one for each month, by the month in the conversation's
 * id, so that a conversation is whole in one of them and an old month can be moved or dropped as a whole.
 */
export class MessagePartitions {
  private listed: { at: number; months: string[] } | undefined;

  constructor(
    private readonly database: MongoDatabase,
    private readonly partition: 'none' | 'month',
    private readonly lazy = false,
  ) {
    if (partition === 'none') this.named('messages');
  }

  /** Where a conversation's messages are. Undefined: no conversation can have this id. */
  of(conversationId: string): MessageCollection | undefined {
    if (this.partition === 'none') return this.named('messages');
    const ms = timeOf(conversationId) ?? 0;
    // Ids come from clients, too: one from nowhere must not make this process remember a collection for it.
    return ms > Date.UTC(2020) && ms < Date.now() + DAY_MS ? this.named(`messages_${monthAt(ms)}`) : undefined;
  }

  /** What goes to each of them; what belongs nowhere is left out. */
  group<T extends { conversationId: string }>(items: T[]): Array<[MessageCollection, T[]]> {
    const groups = new Map<MessageCollection, T[]>();
    for (const item of items) {
      const collection = this.of(item.conversationId);
      if (!collection) continue;
      const group = groups.get(collection);
      if (group) group.push(item);
      else groups.set(collection, [item]);
    }
    return [...groups];
  }

  /** All there are, for what is asked without a conversation. Their indexes stand. */
  async all(): Promise<MessageCollection[]> {
    if (this.partition === 'none') return [this.named('messages')];
    if (!this.listed || Date.now() - this.listed.at > LIST_MS) await this.list();
    const now = Date.now();
    const months = new Set([...(this.listed?.months ?? []), ...[now - DAY_MS, now, now + DAY_MS].map(monthAt)]);
    return [...months].map((month) => this.named(`messages_${month}`));
  }

  /** Of the months named so, and the present one: also without their indexes. */
  existing(names: string[]): MessageCollection[] {
    return [...new Set([...names, `messages_${monthAt(Date.now())}`])].map((name) => this.named(name));
  }

  private async list(): Promise<void> {
    const filter = { name: { $regex: MONTH.source } };
    const found = await this.database.run((db) => db.listCollections(filter, { nameOnly: true }).toArray());
    const months = found.map(({ name }) => MONTH.exec(name)?.[1]).filter((month) => month !== undefined);
    // A newer version may have brought an index that an older month does not have yet.
    await Promise.all(months.map((month) => this.named(`messages_${month}`).ensureIndexes()));
    this.listed = { at: Date.now(), months };
  }

  private named(name: string): MessageCollection {
    // A month that is only asked for must not be made by that.
    const lazy = this.lazy || this.partition === 'month';
    return this.database.collection<MessageDocument>(name, messageSchema, { lazy });
  }
}

function monthAt(ms: number): string {
  return new Date(ms).toISOString().slice(0, 7).replace('-', '_');
}
