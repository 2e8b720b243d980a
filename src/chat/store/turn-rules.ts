import { AppError } from '../../../libs/errors/index.js';
import { type Conversation, NEW_CONVERSATION } from './conversations.js';
import { changed, type Message, NEW_MESSAGE, type StoredMessage, type Turn } from './message.js';
import { wellFormed, wellFormedFields } from '../../../libs/text/index.js';

export function conversationUnknown(): AppError {
  return new AppError('conversation_unknown', 404, 'There is no such conversation.');
}

function messageUnknown(): AppError {
  return new AppError('message_unknown', 404, 'There is no such message in this conversation.');
}

export function conversationIdOf(turn: Turn): string {
  return typeof turn.conversation === 'string' ? turn.conversation : turn.conversation.id;
}

/** The message that the turn hangs on: the question's parent or, for an answer alone, its question. */
export function anchorOf(turn: Turn): string | null {
  return turn.question ? turn.question.parentId : turn.answer.parentId;
}

/**
 * Whether `appendTurn` was here before, by the answer that stands under this id. An id that stands elsewhere is nobody's
 * to write to.
 */
export function isRepeat(turn: Turn, standing: Pick<Message, 'userId' | 'conversationId'> | undefined): boolean {
  if (!standing) return false;
  if (standing.userId === turn.userId && standing.conversationId === conversationIdOf(turn)) return true;
  throw messageUnknown();
}

/** Refuses a turn, by what the store holds. `anchor`: the message of `anchorOf`, if it is in this conversation. */
export function checkTurn(
  turn: Turn,
  conversation: Pick<Conversation, 'newestMessageId'> | undefined,
  anchor: Pick<Message, 'role' | 'status'> | undefined,
): void {
  if (!conversation && typeof turn.conversation === 'string') throw conversationUnknown();
  const newest = conversation?.newestMessageId ?? null;
  if (turn.expectedNewest !== undefined && turn.expectedNewest !== newest) {
    throw new AppError('conversation_changed', 409, 'Another question came in between.');
  }
  if (anchorOf(turn) === null) return;
  if (!anchor || (!turn.question && anchor.role !== 'user')) throw messageUnknown();
  if (turn.question && anchor.status === 'generating') {
    throw new AppError('generation_running', 409, 'The message to answer is still being written.');
  }
}

export function questionRow(turn: Turn, question: NonNullable<Turn['question']>, now: number): StoredMessage {
  return {
    ...NEW_MESSAGE,
    ...{ id: question.id, conversationId: conversationIdOf(turn), userId: turn.userId, parentId: question.parentId },
    ...{ role: 'user', text: wellFormed(question.text), status: 'complete' },
    parts: changed(null, 0, { from: 0, items: question.parts ?? [] }),
    ...{ endpoint: null, model: null, createdAt: new Date(now), updatedAt: new Date(now), params: {}, touchedAt: now },
  };
}

export function answerRow(turn: Turn, now: number): StoredMessage {
  const { id, parentId, endpoint, model, params, needs = 1 } = turn.answer;
  return {
    ...NEW_MESSAGE,
    ...{ id, conversationId: conversationIdOf(turn), userId: turn.userId, parentId },
    ...{ role: 'assistant', text: '', status: 'generating', needs },
    ...{
      endpoint,
      model,
      createdAt: new Date(now),
      updatedAt: new Date(now),
      params: wellFormedFields(params),
      touchedAt: now,
    },
  };
}

/** The conversation as it is after the turn. `existing` undefined: made by it, with the store's times. */
export function conversationAfter(turn: Turn, existing: Conversation | undefined, now: number): Conversation {
  const made = (): Conversation => {
    const given = wellFormedFields(turn.conversation as Conversation);
    return { ...NEW_CONVERSATION, ...given, userId: turn.userId, createdAt: new Date(now), newestMessageId: null };
  };
  const conversation = existing ?? made();
  const ids = [conversation.newestMessageId, turn.question?.id, turn.answer.id].filter((id) => typeof id === 'string');
  return { ...conversation, updatedAt: new Date(now), newestMessageId: ids.sort().at(-1) ?? null };
}
