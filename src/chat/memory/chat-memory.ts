import type { Conversation, StoredMessage } from '../store/index.js';

export interface Tombstone {
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
