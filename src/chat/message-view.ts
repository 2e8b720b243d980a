import type { Message, MessageStatus, Usage } from './messages.js';

/** A message as clients see it. */
export interface MessageView {
  id: string;
  conversationId: string;
  parentId: string | null;
  role: 'user' | 'assistant';
  text: string;
  status: MessageStatus;
  endpoint: string | null;
  model: string | null;
  usage: Usage | null;
  createdAt: string;
  updatedAt: string;
}

export function messageView(message: Message): MessageView {
  const { id, conversationId, parentId, role, text, status, endpoint, model, usage } = message;
  return {
    ...{ id, conversationId, parentId, role, text, status, endpoint, model, usage },
    createdAt: message.createdAt.toISOString(),
    updatedAt: message.updatedAt.toISOString(),
  };
}
