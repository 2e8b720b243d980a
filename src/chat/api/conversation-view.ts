import type { Conversation } from '../store/index.js';

/** A conversation as clients see it. */
export interface ConversationView {
  id: string;
  title: string;
  endpoint: string;
  model: string;
  instructions: string | null;
  temperature: number | null;
  pinned: boolean;
  archived: boolean;
  createdAt: string;
  updatedAt: string;
}

export function conversationView(conversation: Conversation): ConversationView {
  const { id, title, endpoint, model, instructions, temperature, pinned, archived } = conversation;
  return {
    ...{ id, title, endpoint, model, instructions, temperature, pinned, archived },
    createdAt: conversation.createdAt.toISOString(),
    updatedAt: conversation.updatedAt.toISOString(),
  };
}
