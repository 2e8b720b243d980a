import type { mongo } from 'mongoose';
import { type Conversation, storedStatus, type StoredMessage, type Turn, turns } from '../store/index.js';
import {
  type ConversationDocument,
  docToStored,
  type MessageDocument,
  READ_ANSWER,
  type ReadAnswer,
  storedToDoc,
} from './chat-collections.js';

type MessagesIn = mongo.Collection<MessageDocument>;
type ConversationsIn = mongo.Collection<ConversationDocument>;

/** What the store holds when a turn comes. */
export interface Standing {
  /** Undefined: not looked at, because the compare-and-set will tell. */
  conversation?: ConversationDocument | null;
  answer?: ReadAnswer;
  question?: ReadAnswer;
  anchor?: ReadAnswer;
}

export async function read(
  turn: Turn,
  messages: MessagesIn,
  conversations: ConversationsIn,
  isFirst: boolean,
): Promise<Standing> {
  const anchorId = turns.anchorOf(turn);
  const isNew = typeof turn.conversation !== 'string';
  if (isFirst && isNew && anchorId === null) return { conversation: null };
  const ids = [turn.answer.id, turn.question?.id, anchorId].filter((id) => typeof id === 'string');
  const docs = await messages.find<ReadAnswer>({ _id: { $in: ids } }, READ_ANSWER).toArray();
  const named = (id: string | null | undefined) => docs.find(({ _id }) => _id === id);
  const anchor = named(anchorId);
  const found = { answer: named(turn.answer.id), question: named(turn.question?.id ?? anchorId), anchor };
  // Nothing but what it hangs on is there: so is the conversation.
  if (isFirst && !isNew && anchor && docs.length === 1) return found;
  return { ...found, conversation: await conversations.findOne({ _id: turns.conversationIdOf(turn) }) };
}

/** Refuses a turn by what stands. One that its conversation has taken in was not refused. */
export function check(turn: Turn, { conversation, answer, question, anchor }: Standing, isTaken: boolean): void {
  if (conversation && (conversation.buriedAt || conversation.userId !== turn.userId)) throw turns.conversationUnknown();
  const isRepeat = turns.isRepeat(turn, answer);
  if (turn.question) turns.isRepeat(turn, question);
  if (isTaken || (isRepeat && answer?.status !== 'accepting')) return;
  // Another turn's question that is not in the conversation yet is not there; its answer is one being written.
  const isHere = anchor?.conversationId === turns.conversationIdOf(turn) && !anchor.buried;
  const isSeen = isHere && (anchor.status !== 'accepting' || anchor.role === 'assistant');
  // One that was not looked at is as expected until the compare-and-set tells otherwise.
  const presumed = conversation === undefined ? { newestMessageId: turn.expectedNewest ?? null } : conversation;
  turns.checkTurn(turn, presumed ?? undefined, isSeen ? docToStored(anchor) : undefined);
}

/** Only where the conversation is as expected, and once. */
export function take(turn: Turn) {
  const { id: answerId } = turn.answer;
  const { userId, expectedNewest } = turn;
  const expected = expectedNewest === undefined ? {} : { newestMessageId: expectedNewest };
  const notYet = { buriedAt: null, lastTurns: { $ne: answerId } };
  const newest = [turn.question?.id ?? '', answerId].sort()[1];
  return {
    filter: { _id: turns.conversationIdOf(turn), userId, ...notYet, ...expected },
    update: takeTurn(newest, answerId),
  };
}

/** What an earlier attempt, or one like it, had put there. */
export async function removePair(turn: Turn, { answer, question }: Standing, messages: MessagesIn): Promise<void> {
  if (answer?.status !== 'accepting' && question?.status !== 'accepting') return;
  const pair = [turn.answer.id, turn.question?.id ?? turn.answer.id];
  const { userId } = turn;
  const conversationId = turns.conversationIdOf(turn);
  await messages.deleteMany({ _id: { $in: pair }, conversationId, userId, status: 'accepting' });
}

const NOW = '$$NOW';
/** How many turns of one conversation may be on their way at once without one forgetting that it was accepted. */
const LAST_TURNS = 20;

/**
 * Makes a document that is not there, with the store's stamps; leaves one that is. So the same again is once. The user is
 * in the filter for a sharded cluster: it refuses an upsert that does not say on which shard (SERVER-106069).
 */
function makeOnce<T extends { _id: string; userId: string }>(doc: T, stamps: readonly string[]) {
  const made = { $mergeObjects: [{ $literal: doc }, Object.fromEntries(stamps.map((stamp) => [stamp, NOW]))] };
  // A tombstone has no other stamp.
  const isThere = { $or: ['$createdAt', '$buriedAt'].map((stamp) => ({ $ne: [{ $type: stamp }, 'missing'] })) };
  const { _id, userId } = doc;
  return { filter: { _id, userId }, update: [{ $replaceWith: { $cond: [isThere, '$$ROOT', made] } }], upsert: true };
}

/** Answer and question, or the answer alone, as nobody sees them yet. The answer first: by it the sweep finds a half pair. */
export function pairWrites(turn: Turn, now: number) {
  const rows: StoredMessage[] = [
    turns.answerRow(turn, now),
    ...(turn.question ? [turns.questionRow(turn, turn.question, now)] : []),
  ];
  return rows.map((row) => makeOnce(storedToDoc(row), ['touchedAt']));
}

/** Question and answer are seen from now on; the answer alone where the question was shown before. */
export function showWrites({ question, answer }: Turn, isAsked: boolean) {
  const hidden = (id: string) => ({ _id: id, status: 'accepting' as const, buried: { $ne: true } });
  const show = (id: string, update: mongo.Document[]) => ({ filter: hidden(id), update });
  return [
    ...(question && !isAsked ? [show(question.id, SHOW_QUESTION)] : []),
    show(answer.id, showAnswer(answer.needs)),
  ];
}

export function makeConversation({ id, createdAt: _, updatedAt: __, ...given }: Conversation, answerId: string) {
  return makeOnce({ _id: id, ...given, lastTurns: [answerId] }, ['createdAt', 'updatedAt']);
}

/** The conversation takes the turn in: its time, its newest message, and that it did. */
export function takeTurn(newest: string, answerId: string) {
  const id = { $literal: newest };
  const newestMessageId = { $cond: [{ $gt: ['$newestMessageId', id] }, '$newestMessageId', id] };
  const lastTurns = { $slice: [{ $concatArrays: ['$lastTurns', [{ $literal: answerId }]] }, -LAST_TURNS] };
  return [{ $set: { updatedAt: NOW, newestMessageId, lastTurns } }];
}

/** Only now a question can be seen. */
export const SHOW_QUESTION = [{ $set: { status: 'complete' } }];

/** Only now an answer can be claimed; from now on it counts as untouched. */
export function showAnswer(needs = 1) {
  return [{ $set: { status: storedStatus({ status: 'generating', needs }), touchedAt: NOW } }];
}
