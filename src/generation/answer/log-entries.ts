import type { ModelErrorCode } from '../../../libs/errors/index.js';
import type { LogEntry } from '../../../libs/event-log/index.js';
import { conversationView, fileView, messageView } from '../../chat/api/views.js';
import {
  type Conversation,
  type Message,
  type MessageRef,
  type StoredReasoningPart,
  wholeParts,
} from '../../chat/store/index.js';
import type { AnswerEventData, ResetReason, RetryReason } from '../../contract/answer-events.js';

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
  // Every answer has a question, an endpoint and a model.
  const named = { userMessageId: parentId!, conversationId, endpoint: endpoint!, model: model! };
  return { epoch: 1, seq: 0, ...content('created', { messageId: id, ...named }) };
}

export function resetEntry(epoch: number, attempt: number, reason: ResetReason): LogEntry {
  return { epoch, seq: 0, ...content('reset', { attempt, reason }) };
}

export type Content = Pick<LogEntry, 'event' | 'data'>;

/** An event of the contract, as it stands in the log. */
function content<E extends keyof AnswerEventData>(event: E, data: AnswerEventData[E]): Content {
  return { event, data: JSON.stringify(data) };
}

export function deltaContent(text: string): Content {
  return content('delta', { text });
}

export function reasoningContent(text: string): Content {
  return content('reasoning', { text });
}

/** A part at this place of `parts`, or what is new of it. */
export function partContent(index: number, part: AnswerEventData['part']['part']): Content {
  return content('part', { index, part });
}

/** What has been written of an answer, as entries: joined, they are these parts again. */
export function partContents(message: Pick<Message, 'text' | 'parts'>): Content[] {
  const parts = wholeParts(message);
  return parts.flatMap((part, index) => {
    if (part.type === 'text') return [deltaContent(part.text)];
    if (part.type === 'reasoning') return thoughtContents(part, index, parts[index - 1]?.type === 'reasoning');
    return [partContent(index, part.type === 'file' ? fileView(part) : part)];
  });
}

/** The first entries of an epoch whose log was lost: all that the answer has by now. */
export function openingOf(
  answer: Pick<Message, 'text' | 'parts'> & Parameters<typeof createdEntry>[0],
  { epoch, attempt }: { epoch: number; attempt: number },
): LogEntry[] {
  const contents = partContents(answer).map((content, i) => ({ epoch, seq: i + 1, ...content }));
  return [createdEntry(answer), resetEntry(epoch, attempt, 'log_lost'), ...contents];
}

/** A thought is opened by its text, unless it has none, or would join the one before. */
function thoughtContents({ text, ms }: StoredReasoningPart, index: number, followsThought: boolean): Content[] {
  const isOpened = text === '' || followsThought;
  return [
    ...(isOpened ? [partContent(index, { type: 'reasoning', text: '', ms: null })] : []),
    ...(text === '' ? [] : [reasoningContent(text)]),
    ...(ms === null ? [] : [partContent(index, { type: 'reasoning', ms })]),
  ];
}

export function retryContent(attempt: number, afterMs: number, reason: ModelErrorCode): Content {
  // Whatever is tried again is one of these.
  return content('retry', { attempt, afterMs, reason: reason as RetryReason });
}

/** The last entry of an answer that has ended: `final`, or `error` where it is `interrupted`. */
export function closingContent(message: Message, conversation: Conversation | null): Content {
  const view = messageView(message);
  if (view.error) return content('error', { ...view.error, message: view });
  const usage = message.usage ?? { inputTokens: 0, outputTokens: 0 };
  return content('final', { message: view, conversation: conversation && conversationView(conversation), usage });
}

/** The last entry of an answer whose conversation was deleted. */
export function deletedContent(message: Message): Content {
  return content('error', {
    code: 'conversation_deleted',
    title: 'The conversation was deleted.',
    retryable: false,
    message: messageView(message),
  });
}

/** Whether an entry is the last of its log. */
export function isClosing(event: string): boolean {
  return event === 'final' || event === 'error';
}
