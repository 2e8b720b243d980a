import { decodeCursor, toPage, type Page, type PageRequest } from '../../../libs/paging/index.js';
import { wellFormed } from '../../../libs/text/index.js';
import {
  changeOf,
  type Conversation,
  type ConversationPatch,
  Conversations,
  type StoredMessage,
  type Titled,
  TOMBSTONE_MS,
} from '../store/index.js';

interface Tombstone {
  userId: string;
  buriedAt: number;
  /** null: the rows are still there. */
  removedAt: number | null;
}

/**
 * What the memory adapters of this feature share. Its limit: everything is in this process, grows with what is said, and
 * is gone with it. Rows are replaced, never changed, so a row that was handed out stays as it was.
 */
export class ChatMemory {
  readonly conversations = new Map<string, Conversation>();
  readonly messages = new Map<string, StoredMessage>();
  /** Ids of answers that are being written. */
  readonly writing = new Set<string>();
  /** Ids of a user's conversations. */
  readonly conversationsOf = new Map<string, Set<string>>();
  /** Ids of a conversation's messages, sorted. */
  readonly idsOf = new Map<string, string[]>();
  readonly tombstones = new Map<string, Tombstone>();

  isBuried(conversationId: string): boolean {
    return this.tombstones.has(conversationId);
  }

  /** A user's conversation that is not buried. */
  visible(userId: string, id: string): Conversation | undefined {
    const conversation = this.conversations.get(id);
    return conversation?.userId === userId && !this.isBuried(id) ? conversation : undefined;
  }

  /** Adds a message, or replaces the one of that id. */
  put(message: StoredMessage): void {
    const isNew = !this.messages.has(message.id);
    this.messages.set(message.id, message);
    if (message.status === 'generating') this.writing.add(message.id);
    else this.writing.delete(message.id);
    if (!isNew) return;
    const ids = this.idsOf.get(message.conversationId) ?? [];
    this.idsOf.set(message.conversationId, ids);
    let at = ids.length;
    while (at > 0 && ids[at - 1] > message.id) at--;
    ids.splice(at, 0, message.id);
  }

  putConversation(conversation: Conversation): void {
    this.conversations.set(conversation.id, conversation);
    const ids = this.conversationsOf.get(conversation.userId) ?? new Set();
    this.conversationsOf.set(conversation.userId, ids.add(conversation.id));
  }

  /** A user's conversations, buried ones too. */
  ofUser(userId: string): Conversation[] {
    return [...(this.conversationsOf.get(userId) ?? [])].map((id) => this.conversations.get(id) as Conversation);
  }

  /** Drops a conversation with its messages. */
  drop(conversationId: string): void {
    for (const id of this.idsOf.get(conversationId) ?? []) {
      this.messages.delete(id);
      this.writing.delete(id);
    }
    this.idsOf.delete(conversationId);
    const conversation = this.conversations.get(conversationId);
    if (!conversation) return;
    this.conversations.delete(conversationId);
    const others = this.conversationsOf.get(conversation.userId);
    others?.delete(conversationId);
    if (others?.size === 0) this.conversationsOf.delete(conversation.userId);
  }
}

export class MemoryConversations extends Conversations {
  constructor(private readonly memory: ChatMemory) {
    super();
  }

  async get(userId: string, id: string): Promise<Conversation | null> {
    const conversation = this.memory.visible(userId, id);
    return conversation ? { ...conversation } : null;
  }

  async list(
    userId: string,
    filter: { archived: boolean; pinned?: boolean },
    page: PageRequest,
  ): Promise<Page<Conversation>> {
    const rows = this.newestFirst(userId, filter, page.cursor).map((c) => ({ ...c }));
    return toPage(rows, page.limit, (last) => [last.updatedAt.getTime(), last.id]);
  }

  async titles(userId: string, filter: { archived: boolean }, page: PageRequest): Promise<Page<Titled>> {
    const rows = this.newestFirst(userId, filter, page.cursor);
    const titled = rows.map(({ id, title, updatedAt }) => ({ id, title, updatedAt }));
    return toPage(titled, page.limit, (last) => [last.updatedAt.getTime(), last.id]);
  }

  private newestFirst(
    userId: string,
    filter: { archived: boolean; pinned?: boolean },
    cursor: string | undefined,
  ): Conversation[] {
    const [time, id] = cursor ? decodeCursor(cursor, ['number', 'string']) : [Infinity, ''];
    return this.memory
      .ofUser(userId)
      .filter((c) => !this.memory.isBuried(c.id) && c.archived === filter.archived)
      .filter((c) => filter.pinned === undefined || c.pinned === filter.pinned)
      .filter((c) => c.updatedAt.getTime() < time || (c.updatedAt.getTime() === time && c.id < id))
      .sort((a, b) => b.updatedAt.getTime() - a.updatedAt.getTime() || (a.id < b.id ? 1 : -1));
  }

  async update(userId: string, id: string, patch: ConversationPatch): Promise<Conversation | null> {
    const conversation = this.memory.visible(userId, id);
    if (!conversation) return null;
    return this.put({ ...conversation, ...changeOf(patch, Date.now()) });
  }

  async retitle(id: string, expected: string, title: string): Promise<Conversation | null> {
    const conversation = this.memory.conversations.get(id);
    if (!conversation || this.memory.isBuried(id) || conversation.title !== wellFormed(expected)) return null;
    return this.put({ ...conversation, title: wellFormed(title) });
  }

  async bury(userId: string, id: string): Promise<boolean> {
    if (this.memory.conversations.get(id)?.userId !== userId) return false;
    if (!this.memory.isBuried(id)) {
      this.memory.tombstones.set(id, { userId, buriedAt: Date.now(), removedAt: null });
    }
    return true;
  }

  async isBuried(id: string): Promise<boolean> {
    return this.memory.isBuried(id);
  }

  async unfinishedBurials(olderThanMs: number, limit: number): Promise<Array<{ id: string; userId: string }>> {
    const before = Date.now() - olderThanMs;
    return [...this.memory.tombstones]
      .filter(([, tombstone]) => tombstone.removedAt === null && tombstone.buriedAt <= before)
      .sort(([, a], [, b]) => a.buriedAt - b.buriedAt)
      .slice(0, limit)
      .map(([id, { userId }]) => ({ id, userId }));
  }

  async remove(id: string): Promise<void> {
    const now = Date.now();
    const row = this.memory.conversations.get(id);
    const tombstone = this.memory.tombstones.get(id) ?? (row && { userId: row.userId, buriedAt: now, removedAt: null });
    this.memory.drop(id);
    if (tombstone) this.memory.tombstones.set(id, { ...tombstone, removedAt: tombstone.removedAt ?? now });
    for (const [other, { removedAt }] of this.memory.tombstones) {
      if (removedAt !== null && removedAt < now - TOMBSTONE_MS) this.memory.tombstones.delete(other);
    }
  }

  async idsOfUser(userId: string, limit: number): Promise<string[]> {
    return this.memory
      .ofUser(userId)
      .slice(0, limit)
      .map((c) => c.id);
  }

  private put(conversation: Conversation): Conversation {
    this.memory.putConversation(conversation);
    return { ...conversation };
  }
}
