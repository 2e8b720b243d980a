import type { Message, MessageError, MessageStatus, Usage } from '../store/index.js';

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
  /** Why the answer ended: what the provider said, `error` where it failed, null where nobody said. */
  finishReason: Message['finishReason'] | 'error';
  /** Why it is `interrupted`: what the `error` event said. */
  error: MessageError | null;
  createdAt: string;
  updatedAt: string;
}

/** Of an answer that is `interrupted` and does not say why. */
const UNKNOWN_END: MessageError = {
  code: 'internal',
  title: 'The answer was not finished. Please ask again.',
  retryable: true,
};

export function messageView(message: Message): MessageView {
  const { id, conversationId, parentId, role, text, status, endpoint, model, usage, finishReason } = message;
  const error = status === 'interrupted' ? (message.error ?? UNKNOWN_END) : null;
  return {
    ...{ id, conversationId, parentId, role, text, status, endpoint, model, usage, error },
    finishReason: finishReason ?? (error && 'error'),
    createdAt: message.createdAt.toISOString(),
    updatedAt: message.updatedAt.toISOString(),
  };
}
