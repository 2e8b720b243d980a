import { viewOf } from '../../../libs/fields/index.js';
import type { Conversation as ConversationView } from '../../contract/conversation.js';
import type { AnswerError } from '../../contract/errors.js';
import type { Message as MessageView } from '../../contract/message.js';
import { type Conversation, CONVERSATION_FIELDS, type Message, MESSAGE_FIELDS } from '../store/index.js';

export type { ConversationView, MessageView };

const conversationFields = viewOf(CONVERSATION_FIELDS);
const messageFields = viewOf(MESSAGE_FIELDS);

/** A conversation as clients see it. */
export function conversationView(conversation: Conversation): ConversationView {
  return conversationFields(conversation);
}

/** Of an answer that is `interrupted` and does not say why. */
const UNKNOWN_END: AnswerError = {
  code: 'internal',
  title: 'The answer was not finished. Please ask again.',
  retryable: true,
};

/** A message as clients see it. */
export function messageView(message: Message): MessageView {
  // `code` and `params` went together where it was made.
  const stored = message.error as AnswerError | null;
  const error = message.status === 'interrupted' ? (stored ?? UNKNOWN_END) : null;
  return { ...messageFields(message), error, finishReason: message.finishReason ?? (error && 'error') };
}
