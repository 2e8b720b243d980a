import type { Conversation as ConversationView } from '../../contract/conversation.js';
import type { Conversation } from '../store/index.js';

export type { ConversationView };

/** A conversation as clients see it. */
export function conversationView(conversation: Conversation): ConversationView {
  const { id, title, endpoint, model, instructions, temperature, pinned, archived } = conversation;
  return {
    ...{ id, title, endpoint, model, instructions, temperature, pinned, archived },
    createdAt: conversation.createdAt.toISOString(),
    updatedAt: conversation.updatedAt.toISOString(),
  };
}
