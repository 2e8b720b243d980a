import type { mongo } from 'mongoose';
import { type Conversation, type StoredMessage, toWriting, type Writing } from '../store/index.js';
import type { ConversationDocument, MessageDocument } from './chat-documents.js';
import { eachToken, MOST_WORDS } from '../../../libs/text/index.js';

/** What clients see of a message: all but the words, which may be as long as the text. */
export const MESSAGE_FIELDS = {
  ...{ conversationId: 1, userId: 1, parentId: 1, role: 1, text: 1, status: 1, endpoint: 1, model: 1, usage: 1 },
  ...{ error: 1, finishReason: 1, createdAt: 1, updatedAt: 1 },
} as const;

/** And of an answer, who writes it; with the store's time of reading. */
export const ANSWER_FIELDS = {
  ...MESSAGE_FIELDS,
  ...{ params: 1, epoch: 1, owner: 1, touchedAt: 1, stop: 1, attempts: 1, deaths: 1, dueAt: 1, spent: 1 },
  ...{ hand: 1, vanished: 1, now: '$$NOW' },
} as const;

export type ReadAnswer = MessageDocument & { now: Date };

/** For reads, and for writes that give back what they wrote. */
export const READ_ANSWER = { projection: ANSWER_FIELDS, returnDocument: 'after' } as const;

/** A condition: what readers may see. */
export const VISIBLE = { buried: { $ne: true }, status: { $ne: 'accepting' } } satisfies mongo.Filter<MessageDocument>;

export function docToStored(doc: MessageDocument): StoredMessage {
  const { _id: id, conversationId, userId, parentId, role, text, endpoint, model, usage, error } = doc;
  const { createdAt, updatedAt, params, epoch, owner, stop, attempts, deaths, spent } = doc;
  return {
    ...{ id, conversationId, userId, parentId, role, text, endpoint, model, usage, error, createdAt, updatedAt },
    ...{ params, epoch, owner, stop, attempts, deaths, spent },
    finishReason: doc.finishReason ?? null,
    status: doc.status === 'accepting' ? 'generating' : doc.status,
    touchedAt: doc.touchedAt?.getTime(),
    dueAt: doc.dueAt?.getTime() ?? null,
  };
}

export function toRead(doc: ReadAnswer): Writing {
  const writing = toWriting(docToStored(doc), doc.now.getTime());
  return doc.status === 'accepting' ? { ...writing, accepting: true } : writing;
}

/** All but the store's stamp. */
export function storedToDoc(row: StoredMessage): Omit<MessageDocument, 'touchedAt'> {
  const { id, touchedAt: _, dueAt, ...rest } = row;
  const isAnswer = row.role === 'assistant';
  return {
    ...{ _id: id, ...rest, dueAt: dueAt === null ? null : new Date(dueAt), status: 'accepting', writing: isAnswer },
    ...(isAnswer ? {} : entered(row.text)),
  };
}

export function docToConversation(doc: ConversationDocument): Conversation {
  const { _id: id, userId, title, endpoint, model, instructions, temperature, pinned, archived } = doc;
  const { createdAt, updatedAt, newestMessageId } = doc;
  return {
    ...{ id, userId, title, endpoint, model, instructions, temperature, pinned, archived },
    ...{ createdAt, updatedAt, newestMessageId },
  };
}

/** Longer texts, in characters, are only noted: to find their words takes longer than others should wait for it. */
const ENTERED_AT_ONCE = 20_000;

/** How a text comes into the search: with its words, or to be looked at before the next search of its user. */
export function entered(text: string): { tokens: string[] } | { unindexed: true } {
  return text.length > ENTERED_AT_ONCE ? { unindexed: true } : { tokens: words(text) };
}

/** The words of a text, each once; see `differentWords` for how many. In one piece. */
export function words(text: string): string[] {
  const found = new Set<string>();
  for (const { token } of eachToken(text)) if (found.size < MOST_WORDS) found.add(token);
  return [...found];
}
