import type { mongo } from 'mongoose';
import { Pace } from '../../../libs/async/index.js';
import type { MongoCollection, MongoDatabase } from '../../../libs/mongo/index.js';
import { decodeCursor, toPage, type Page, type PageRequest } from '../../../libs/paging/index.js';
import { differentWords, searchTerms, type SearchTerms, snippet } from '../../../libs/text/index.js';
import { type ChatStore, MessageSearch, type SearchHit } from '../store/index.js';
import { ChatCollections, isTooLong, type MessageDocument } from './chat-collections.js';
import { MongoConversations } from './conversations.js';
import { MongoMessages } from './messages.js';

interface Options {
  /** Of the messages: one collection, or one a month. */
  partition: 'none' | 'month';
  /** Which nodes a search may ask. */
  searchFrom: mongo.ReadPreferenceMode;
}

/** The stores over one database. */
export function mongoChatStore(database: MongoDatabase, { partition, searchFrom }: Options): ChatStore {
  const chat = new ChatCollections(database, { partition });
  return {
    conversations: new MongoConversations(chat),
    messages: new MongoMessages(chat),
    search: new MongoMessageSearch(chat, { readPreference: searchFrom }),
  };
}

const FOUND = { conversationId: 1, role: 1, createdAt: 1, text: 1 } as const;
/** Messages that are read to be entered at once: they may be long. */
const BATCH = 10;

/**
 * Words stand with their message, in an index under its user. All months are asked side by side, each for a whole page,
 * where `readPreference` says. Titles come from the primary: what was deleted a moment ago is not shown, even where a
 * secondary lags behind; such a page may be shorter.
 */
export class MongoMessageSearch extends MessageSearch {
  private readonly readPreference: mongo.ReadPreferenceMode;

  constructor(
    private readonly chat: ChatCollections,
    options: { readPreference?: mongo.ReadPreferenceMode } = {},
  ) {
    super();
    this.readPreference = options.readPreference ?? 'primary';
  }

  async search(userId: string, query: string, page: PageRequest): Promise<Page<SearchHit>> {
    const [before] = page.cursor ? decodeCursor(page.cursor, ['string']) : [undefined];
    const terms = searchTerms(query);
    if (!terms) return { items: [], nextCursor: null };
    const filter = filterOf(userId, terms, before);
    const partitions = await this.chat.messages.all();
    const months = partitions.map((partition) => this.searchOne(partition, userId, filter, page.limit + 1));
    const newestFirst = (await Promise.all(months)).flat().sort((a, b) => (a._id < b._id ? 1 : -1));
    const { items, nextCursor } = toPage(newestFirst, page.limit, (last) => [last._id]);
    return { items: await this.toHits(userId, items, terms), nextCursor };
  }

  private async searchOne(
    partition: MongoCollection<MessageDocument>,
    userId: string,
    filter: mongo.Filter<MessageDocument>,
    limit: number,
  ): Promise<MessageDocument[]> {
    const entered = await this.catchUp(partition, userId);
    // What was entered just now may not have reached a secondary.
    const readPreference = entered ? 'primary' : this.readPreference;
    return partition.run((messages) =>
      messages.find(filter, { projection: FOUND, readPreference }).sort({ _id: -1 }).limit(limit).toArray(),
    );
  }

  /** Enters the words of long messages, and of answers that ended with the text that stood. */
  private async catchUp(partition: MongoCollection<MessageDocument>, userId: string): Promise<boolean> {
    for (let entered = 0; ; entered += BATCH) {
      const filter = { unindexed: true, userId };
      const options = { projection: { text: 1 }, limit: BATCH };
      const docs = await partition.run((messages) => messages.find(filter, options).toArray());
      if (docs.length === 0) return entered > 0;
      const pace = new Pace();
      const writes: mongo.AnyBulkWriteOperation<MessageDocument>[] = [];
      for (const { _id, text } of docs) {
        // Of an older build: its words would not fit beside it, and rather not found than not there.
        const tokens = isTooLong(text) ? [] : [...(await differentWords(text, pace))];
        writes.push({ updateOne: { filter: { _id }, update: { $set: { tokens, unindexed: false } } } });
      }
      await partition.run((messages) => messages.bulkWrite(writes, { ordered: false }));
    }
  }

  private async toHits(userId: string, docs: MessageDocument[], terms: SearchTerms): Promise<SearchHit[]> {
    if (docs.length === 0) return [];
    const ids = [...new Set(docs.map(({ conversationId }) => conversationId))];
    const filter = { _id: { $in: ids }, userId, buriedAt: null };
    const conversations = await this.chat.conversations.run((collection) =>
      collection.find(filter, { projection: { title: 1 } }).toArray(),
    );
    const titles = new Map(conversations.map(({ _id, title }) => [_id, title]));
    const pace = new Pace();
    const hits: SearchHit[] = [];
    for (const { _id: id, conversationId, role, createdAt, text } of docs) {
      const title = titles.get(conversationId);
      if (title === undefined) continue;
      const message = { id, conversationId, role, createdAt };
      hits.push({ message, title, snippet: await snippet(text, terms, pace) });
    }
    return hits;
  }
}

/** A word holds letters, marks and numbers only: nothing of a query is read as a pattern. */
function filterOf(
  userId: string,
  { words: whole, prefix }: SearchTerms,
  before: string | undefined,
): mongo.Filter<MessageDocument> {
  const all = [...whole.map((word) => ({ tokens: word })), { tokens: { $regex: `^${prefix}` } }];
  const page = before === undefined ? {} : { _id: { $lt: before } };
  return {
    userId,
    $and: all,
    ...page,
    status: { $in: ['complete', 'stopped', 'interrupted'] as const },
    buried: { $ne: true },
  };
}
