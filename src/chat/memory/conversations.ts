import { decodeCursor, toPage, type Page, type PageRequest } from '../../../libs/paging/index.js';
import type { ChatMemory } from './chat-memory.js';
import {
  changeOf,
  type Conversation,
  type ConversationPatch,
  Conversations,
  type Titled,
  TOMBSTONE_MS,
} from '../store/index.js';
import { wellFormed } from '../../../libs/text/index.js';

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
