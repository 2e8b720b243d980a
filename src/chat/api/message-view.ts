import type { AnswerError } from '../../contract/errors.js';
import type { Message as MessageView } from '../../contract/message.js';
import type { Message } from '../store/index.js';

export type { MessageView };

/** Of an answer that is `interrupted` and does not say why. */
const UNKNOWN_END: AnswerError = {
  code: 'internal',
  title: 'The answer was not finished. Please ask again.',
  retryable: true,
};

/** A message as clients see it. */
export function messageView(message: Message): MessageView {
  const { id, conversationId, parentId, role, text, status, endpoint, model, usage, finishReason } = message;
  // `code` and `params` went together where it was made.
  const stored = message.error as AnswerError | null;
  const error = status === 'interrupted' ? (stored ?? UNKNOWN_END) : null;
  return {
    ...{ id, conversationId, parentId, role, text, status, endpoint, model, usage, error },
    finishReason: finishReason ?? (error && 'error'),
    createdAt: message.createdAt.toISOString(),
    updatedAt: message.updatedAt.toISOString(),
  };
}
