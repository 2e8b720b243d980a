import type { LogEntry } from '../../../libs/event-log/index.js';
import { conversationView } from '../../chat/api/conversation-view.js';
import type { Conversation, Message, MessageError, MessageRef } from '../../chat/store/index.js';
import { messageView } from '../../chat/api/message-view.js';

/** Why an answer starts over. */
export type ResetReason = 'retry' | 'worker_lost' | 'handed_over' | 'log_lost';

/** What the log and the lease of an answer are named by: a store can be asked with it without a look-up. */
export function logKey(ref: MessageRef): string {
  return `${ref.conversationId}:${ref.id}`;
}

/** The other way round. */
export function refOf(key: string): MessageRef {
  const [conversationId, id] = key.split(':');
  return { conversationId, id };
}

/** The first entry of every log. It can be made again from the row at any time. */
export function createdEntry(answer: Message): LogEntry {
  const { id, parentId, conversationId, endpoint, model } = answer;
  const data = { messageId: id, userMessageId: parentId, conversationId, endpoint, model };
  return { epoch: 1, seq: 0, event: 'created', data: JSON.stringify(data) };
}

export function resetEntry(epoch: number, attempt: number, reason: ResetReason): LogEntry {
  return { epoch, seq: 0, event: 'reset', data: JSON.stringify({ attempt, reason }) };
}

export type Content = Pick<LogEntry, 'event' | 'data'>;

export function deltaContent(text: string): Content {
  return { event: 'delta', data: JSON.stringify({ text }) };
}

export function retryContent(attempt: number, afterMs: number, reason: string): Content {
  return { event: 'retry', data: JSON.stringify({ attempt, afterMs, reason }) };
}

/** The last entry of an answer that has ended: `final`, or `error` where it is `interrupted`. */
export function closingContent(message: Message, conversation: Conversation | null): Content {
  const view = messageView(message);
  if (view.error) return { event: 'error', data: JSON.stringify({ ...view.error, message: view }) };
  const usage = message.usage ?? { inputTokens: 0, outputTokens: 0 };
  const data = { message: view, conversation: conversation && conversationView(conversation), usage };
  return { event: 'final', data: JSON.stringify(data) };
}

/** The last entry of an answer whose conversation was deleted. */
export function deletedContent(message: Message): Content {
  const error: MessageError = {
    code: 'conversation_deleted',
    title: 'The conversation was deleted.',
    retryable: false,
  };
  return { event: 'error', data: JSON.stringify({ ...error, message: messageView(message) }) };
}

/** Whether an entry is the last of its log. */
export function isClosing(event: string): boolean {
  return event === 'final' || event === 'error';
}
