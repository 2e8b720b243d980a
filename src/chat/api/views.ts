import { viewOf } from '../../../libs/fields/index.js';
import type { Conversation as ConversationView } from '../../contract/conversation.js';
import type { AnswerError } from '../../contract/errors.js';
import type { Message as MessageView } from '../../contract/message.js';
import type { Part as PartView } from '../../contract/parts.js';
import { type Conversation, CONVERSATION_FIELDS, type Message, MESSAGE_FIELDS } from '../store/index.js';
import { type StoredFilePart, type WholePart, wholeParts } from '../store/index.js';

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
  const parts = wholeParts(message).map(partView);
  return { ...messageFields(message), parts, error, finishReason: message.finishReason ?? (error && 'error') };
}

/** A part as clients see it. */
export function partView(part: WholePart): PartView {
  if (part.type === 'file') return fileView(part);
  return part.type === 'reasoning' ? { type: part.type, text: part.text, ms: part.ms } : part;
}

export function fileView(part: StoredFilePart): Extract<PartView, { type: 'file' }> {
  return { ...part, url: `/api/files/${part.fileId}/content` };
}
