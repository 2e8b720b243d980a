import type { mongo } from 'mongoose';
import { FindBatcher } from '../../../libs/mongo/index.js';
import { decodeCursor, toPage, type Page, type PageRequest } from '../../../libs/paging/index.js';
import { type ChatCollections, type ConversationDocument, docToConversation } from './chat-collections.js';
import { changeOf, type Conversation, type ConversationPatch, Conversations, type Titled } from '../store/index.js';
import { wellFormed } from '../../../libs/text/index.js';

type Filter = mongo.Filter<ConversationDocument>;
const AFTER = { returnDocument: 'after' } as const;
const TITLE = { title: 1, updatedAt: 1 } as const;
const NEWEST_FIRST = { updatedAt: -1, _id: -1 } as const;

/** The first burial counts, by the store's clock. */
export const LAY_TOMBSTONE = [{ $set: { buriedAt: { $ifNull: ['$buriedAt', '$$NOW'] }, burying: true } }];

/** The user stays in it: where conversations are sharded by user, a document may not lose what says where it lies. */
export const TO_TOMBSTONE = [
  {
    $replaceWith: {
      _id: '$_id',
      userId: '$userId',
      buriedAt: '$buriedAt',
      removedAt: { $ifNull: ['$removedAt', '$$NOW'] },
    },
  },
];

/** The tombstone is the conversation's own document. A burial marks the messages, too: their guards read one document. */
export class MongoConversations extends Conversations {
  private readonly reads = new FindBatcher<ConversationDocument>({ visible: { buriedAt: null } });

  constructor(private readonly chat: ChatCollections) {
    super();
  }

  async get(userId: string, id: string): Promise<Conversation | null> {
    const doc = await this.chat.conversations.run((conversations) => this.reads.run(conversations, id));
    return doc?.userId === userId ? docToConversation(doc) : null;
  }

  async list(
    userId: string,
    { archived, pinned }: { archived: boolean; pinned?: boolean },
    page: PageRequest,
  ): Promise<Page<Conversation>> {
    const filter: Filter = { userId, archived, ...(pinned === undefined ? {} : { pinned }), buriedAt: null };
    const docs = await this.newestFirst(filter, page);
    return toPage(docs.map(docToConversation), page.limit, placeOf);
  }

  async titles(userId: string, { archived }: { archived: boolean }, page: PageRequest): Promise<Page<Titled>> {
    const docs = await this.newestFirst({ userId, archived, buriedAt: null }, page, TITLE);
    const titled = docs.map(({ _id: id, title, updatedAt }) => ({ id, title, updatedAt }));
    return toPage(titled, page.limit, placeOf);
  }

  private newestFirst(filter: Filter, { limit, cursor }: PageRequest, projection?: typeof TITLE) {
    return this.chat.conversations.run((conversations) =>
      conversations
        .find({ ...filter, ...(cursor && olderThan(cursor)) }, { projection })
        .sort(NEWEST_FIRST)
        .limit(limit + 1)
        .toArray(),
    );
  }

  async update(userId: string, id: string, patch: ConversationPatch): Promise<Conversation | null> {
    const { updatedAt, ...fields } = changeOf(patch, 0);
    const change = {
      ...(Object.keys(fields).length > 0 && { $set: fields }),
      ...(updatedAt && { $currentDate: { updatedAt: true as const } }),
    };
    if (Object.keys(change).length === 0) return this.get(userId, id);
    const filter = { _id: id, userId, buriedAt: null };
    return this.found((conversations) => conversations.findOneAndUpdate(filter, change, AFTER));
  }

  /** Where the acknowledgement was lost, the title that was wanted stands. */
  async retitle(id: string, expected: string, title: string): Promise<Conversation | null> {
    const [from, to] = [wellFormed(expected), wellFormed(title)];
    return this.found(async (conversations) => {
      const filter = { _id: id, title: from, buriedAt: null };
      const retitled = await conversations.findOneAndUpdate(filter, { $set: { title: to } }, AFTER);
      return retitled ?? conversations.findOne({ _id: id, title: to, buriedAt: null });
    });
  }

  async bury(userId: string, id: string): Promise<boolean> {
    return this.chat.database.run(async (db) => {
      const laid = await this.chat.conversations.of(db).updateOne({ _id: id, userId, removedAt: null }, LAY_TOMBSTONE);
      if (laid.matchedCount === 0) return false;
      await this.chat.messages
        .of(id)
        ?.of(db)
        .updateMany({ conversationId: id }, { $set: { buried: true } });
      return true;
    });
  }

  async isBuried(id: string): Promise<boolean> {
    const filter: Filter = { _id: id, buriedAt: { $ne: null } };
    return (await this.chat.conversations.run((conversations) => conversations.findOne(filter))) !== null;
  }

  async unfinishedBurials(olderThanMs: number, limit: number): Promise<Array<{ id: string; userId: string }>> {
    const filter: Filter = { burying: true, $expr: { $gte: [{ $subtract: ['$$NOW', '$buriedAt'] }, olderThanMs] } };
    const docs = await this.chat.conversations.run((conversations) =>
      conversations
        .find(filter, { projection: { userId: 1 } })
        .sort({ buriedAt: 1 })
        .limit(limit)
        .toArray(),
    );
    return docs.map(({ _id: id, userId }) => ({ id, userId }));
  }

  async remove(id: string): Promise<void> {
    await this.chat.database.run(async (db) => {
      const conversations = this.chat.conversations.of(db);
      await conversations.updateOne({ _id: id, removedAt: null }, LAY_TOMBSTONE);
      await this.chat.messages.of(id)?.of(db).deleteMany({ conversationId: id });
      await conversations.updateOne({ _id: id }, TO_TOMBSTONE);
    });
  }

  async idsOfUser(userId: string, limit: number): Promise<string[]> {
    const docs = await this.chat.conversations.run((conversations) =>
      conversations
        .find({ userId, removedAt: null }, { projection: { _id: 1 } })
        .limit(limit)
        .toArray(),
    );
    return docs.map(({ _id }) => _id);
  }

  private async found(
    find: (conversations: mongo.Collection<ConversationDocument>) => Promise<ConversationDocument | null>,
  ): Promise<Conversation | null> {
    const doc = await this.chat.conversations.run(find);
    return doc ? docToConversation(doc) : null;
  }
}

function placeOf({ updatedAt, id }: Titled): [number, string] {
  return [updatedAt.getTime(), id];
}

function olderThan(cursor: string): Filter {
  const [time, id] = decodeCursor(cursor, ['number', 'string']);
  const updatedAt = new Date(time);
  return { updatedAt: { $lte: updatedAt }, $or: [{ updatedAt: { $lt: updatedAt } }, { _id: { $lt: id } }] };
}
