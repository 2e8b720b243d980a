import type { mongo } from 'mongoose';
import { isDuplicate, type MongoCollection, RetryableError } from '../../../libs/mongo/index.js';
import { storedStatus, toMessage, toWriting, turns } from '../store/index.js';
import type { Accepted, Conversation, StoredMessage, Turn, Writing } from '../store/index.js';
import { docToConversation, docToStored, READ_ANSWER, storedToDoc, toRead, VISIBLE } from './chat-collections.js';
import type { ChatCollections, ConversationDocument, MessageDocument, ReadAnswer } from './chat-collections.js';

type MessagesIn = mongo.Collection<MessageDocument>;
type ConversationsIn = mongo.Collection<ConversationDocument>;

/** What the store holds when a turn comes. */
interface Standing {
  /** Undefined: not looked at, because the compare-and-set will tell. */
  conversation?: ConversationDocument | null;
  answer?: ReadAnswer;
  question?: ReadAnswer;
  anchor?: ReadAnswer;
}

/**
 * Takes turns into conversations without a transaction, by writes in this order: the pair, which nobody sees (`accepting`) →
 * the conversation takes it in, or refuses, in one compare-and-set; refused, the pair is removed → question and answer are
 * shown. Each of them may be done twice. A writer that dies before the last one leaves an answer that is `accepting`: a
 * repeat of the turn goes on with it, or `recover` puts it right.
 */
export class TurnWriter {
  constructor(private readonly chat: ChatCollections) {}

  async append(turn: Turn): Promise<Accepted> {
    const partition = this.chat.messages.of(turns.conversationIdOf(turn));
    if (!partition) throw turns.conversationUnknown();
    const now = Date.now();
    // Nearly always it comes for the first time, and to a conversation that is as expected: look only if it turns out otherwise.
    let isFirst = true;
    return this.chat.database.run(async (db) => {
      const stands = await read(turn, partition.of(db), this.chat.conversations.of(db), isFirst);
      isFirst = false;
      return this.attempt(turn, stands, now, partition, db);
    });
  }

  /** Begins with what stands, so that it may follow an attempt whose outcome is unknown. */
  private async attempt(
    turn: Turn,
    stands: Standing,
    now: number,
    partition: MongoCollection<MessageDocument>,
    db: mongo.Db,
  ): Promise<Accepted> {
    const messages = partition.of(db);
    const isTaken = stands.conversation?.lastTurns?.includes(turn.answer.id) ?? false;
    try {
      check(turn, stands, isTaken);
    } catch (error) {
      await removePair(turn, stands, messages);
      throw error;
    }
    if (stands.answer && stands.answer.status !== 'accepting') return asItStands(stands, stands.answer);
    if (!isTaken || !stands.answer) {
      // It may be a month's first.
      await partition.ensureIndexes();
      const matched = await this.chat.turnWrites.run(messages, pairWrites(turn, now), 'made').catch(again);
      const known = [stands.answer, turn.question && stands.question].filter(Boolean).length;
      if (matched > known) throw new RetryableError('the turn was here before');
    }
    const conversation = isTaken ? stands.conversation : await this.takeIn(turn, stands.conversation, db);
    // Why it was not taken in, the next attempt sees.
    if (!conversation) throw new RetryableError('the conversation was changed in between');
    const isAsked = stands.question !== undefined && stands.question.status !== 'accepting';
    const shows = showWrites(turn, isAsked);
    const shown = await this.chat.turnWrites.run(messages, shows, 'matched');
    // Another one with this turn has shown it, or it is gone.
    if (shown < shows.length) throw new RetryableError('the turn was changed in between');
    return {
      question: toMessage(stands.question ? docToStored({ ...stands.question, status: 'complete' }) : asked(turn, now)),
      answer: toWriting(stands.answer ? docToStored(stands.answer) : turns.answerRow(turn, now), now),
      conversation: docToConversation(conversation),
    };
  }

  /** Null: it was not taken in. */
  private async takeIn(
    turn: Turn,
    existing: ConversationDocument | null | undefined,
    db: mongo.Db,
  ): Promise<ConversationDocument | null> {
    const { id: answerId } = turn.answer;
    const id = turns.conversationIdOf(turn);
    const write =
      existing === null ? makeConversation(turns.conversationAfter(turn, undefined, 0), answerId) : take(turn);
    const change = { collection: this.chat.conversations.of(db), id, ...write };
    const { doc } = await this.chat.conversationChanges.run(change).catch(again);
    return doc?.lastTurns?.includes(answerId) ? doc : null;
  }

  /**
   * Shows an answer that its conversation has taken in, though the writer did not come to the end: who repeats the question
   * finds it accepted. Null: not taken in.
   */
  async complete({ _id, conversationId, parentId, needs }: MessageDocument): Promise<Writing | null> {
    const partition = this.chat.messages.of(conversationId);
    if (!partition) return null;
    return this.chat.database.run(async (db) => {
      const conversations = this.chat.conversations.of(db);
      if (!(await conversations.findOne({ _id: conversationId, lastTurns: _id, buriedAt: null }))) return null;
      const messages = partition.of(db);
      await messages.updateOne({ _id: parentId ?? '', conversationId, status: 'accepting' }, SHOW_QUESTION);
      const answer = await show(messages, _id, showAnswer(needs));
      return answer && toRead(answer);
    });
  }

  /**
   * Puts right a turn whose writer is gone. Null: its conversation has not taken it in (or was never made, or lies under a
   * tombstone). Then nobody was told of it, and the pair goes: it would be a dead question beside the person's next try.
   */
  async recover(answer: MessageDocument): Promise<Writing | null> {
    const { _id, conversationId, parentId } = answer;
    const shown = await this.complete(answer);
    if (shown) return shown;
    await this.chat.database.run(async (db) => {
      const taken = { _id: conversationId, lastTurns: _id, buriedAt: null };
      // In the meantime: the next round shows it.
      if (await this.chat.conversations.of(db).findOne(taken, { projection: { _id: 1 } })) return;
      const pair = { _id: { $in: [_id, parentId ?? _id] }, conversationId, status: 'accepting' as const };
      await this.chat.messages.of(conversationId)?.of(db).deleteMany(pair);
    });
    return null;
  }
}

async function read(
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
function check(turn: Turn, { conversation, answer, question, anchor }: Standing, isTaken: boolean): void {
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

/** What an earlier attempt, or one like it, had put there. */
async function removePair(turn: Turn, { answer, question }: Standing, messages: MessagesIn): Promise<void> {
  if (answer?.status !== 'accepting' && question?.status !== 'accepting') return;
  const pair = [turn.answer.id, turn.question?.id ?? turn.answer.id];
  const { userId } = turn;
  const conversationId = turns.conversationIdOf(turn);
  await messages.deleteMany({ _id: { $in: pair }, conversationId, userId, status: 'accepting' });
}

function asked(turn: Turn, now: number): StoredMessage {
  if (!turn.question) throw turns.conversationUnknown();
  return turns.questionRow(turn, turn.question, now);
}

function asItStands({ conversation, question }: Omit<Standing, 'answer'>, answer: ReadAnswer): Accepted {
  if (!conversation || !question) throw turns.conversationUnknown();
  return {
    question: toMessage(docToStored(question)),
    answer: toWriting(docToStored(answer), 0),
    conversation: docToConversation(conversation),
  };
}

/** Two who make the same document at once: the server lets one of them fail. */
function again(error: unknown): never {
  throw isDuplicate(error) ? new RetryableError('made by another at the same time') : error;
}

/** Shows it; or gives back what a repeat of the same turn has shown. */
async function show(messages: MessagesIn, id: string, update: mongo.Document[]): Promise<ReadAnswer | null> {
  const shown = await messages.findOneAndUpdate(hidden(id), update, READ_ANSWER);
  return (shown as ReadAnswer | null) ?? messages.findOne<ReadAnswer>({ _id: id, ...VISIBLE }, READ_ANSWER);
}

/** The filter of one that nobody sees yet. */
const hidden = (id: string) => ({ _id: id, status: 'accepting' as const, buried: { $ne: true } });

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
function showWrites({ question, answer }: Turn, isAsked: boolean) {
  const asks = question && !isAsked ? [{ filter: hidden(question.id), update: SHOW_QUESTION }] : [];
  return [...asks, { filter: hidden(answer.id), update: showAnswer(answer.needs) }];
}

function makeConversation({ id, createdAt: _, updatedAt: __, ...given }: Conversation, answerId: string) {
  return makeOnce({ _id: id, ...given, lastTurns: [answerId] }, ['createdAt', 'updatedAt']);
}

/** Only where the conversation is as expected, and once. */
function take(turn: Turn) {
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
function showAnswer(needs = 1) {
  return [{ $set: { status: storedStatus({ status: 'generating', needs }), touchedAt: NOW } }];
}
