import type { mongo } from 'mongoose';
import { type Conversation, type StoredMessage, type Turn, turns } from '../store/index.js';
import { storedToDoc } from './documents.js';

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
  return [...(question && !isAsked ? [show(question.id, SHOW_QUESTION)] : []), show(answer.id, SHOW_ANSWER)];
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
export const SHOW_ANSWER = [{ $set: { status: 'generating', touchedAt: NOW } }];
