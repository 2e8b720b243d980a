import type { mongo } from 'mongoose';
import { RetryableError, isDuplicate } from '../../../libs/mongo/index.js';
import { type Accepted, type StoredMessage, toMessage, toWriting, type Turn, turns as rules } from '../store/index.js';
import type { ChatCollections } from './chat-collections.js';
import {
  type ConversationDocument,
  docToConversation,
  docToStored,
  type MessageDocument,
  READ_ANSWER,
  type ReadAnswer,
} from './documents.js';
import type { MessageCollection } from './message-partitions.js';
import { makeConversation, pairWrites, showWrites, takeTurn } from './turn-updates.js';

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
 * repeat of the turn goes on with it, or the sweep ends it.
 */
export class TurnWriter {
  constructor(private readonly chat: ChatCollections) {}

  async append(turn: Turn): Promise<Accepted> {
    const partition = this.chat.messages.of(rules.conversationIdOf(turn));
    if (!partition) throw rules.conversationUnknown();
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
    partition: MessageCollection,
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
      answer: toWriting(stands.answer ? docToStored(stands.answer) : rules.answerRow(turn, now), now),
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
    const id = rules.conversationIdOf(turn);
    const write =
      existing === null ? makeConversation(rules.conversationAfter(turn, undefined, 0), answerId) : take(turn);
    const change = { collection: this.chat.conversations.of(db), id, ...write };
    const { doc } = await this.chat.conversationChanges.run(change).catch(again);
    return doc?.lastTurns?.includes(answerId) ? doc : null;
  }
}

function asked(turn: Turn, now: number): StoredMessage {
  if (!turn.question) throw rules.conversationUnknown();
  return rules.questionRow(turn, turn.question, now);
}

async function read(
  turn: Turn,
  messages: MessagesIn,
  conversations: ConversationsIn,
  isFirst: boolean,
): Promise<Standing> {
  const anchorId = rules.anchorOf(turn);
  const isNew = typeof turn.conversation !== 'string';
  if (isFirst && isNew && anchorId === null) return { conversation: null };
  const ids = [turn.answer.id, turn.question?.id, anchorId].filter((id) => typeof id === 'string');
  const docs = await messages.find<ReadAnswer>({ _id: { $in: ids } }, READ_ANSWER).toArray();
  const named = (id: string | null | undefined) => docs.find(({ _id }) => _id === id);
  const anchor = named(anchorId);
  const found = { answer: named(turn.answer.id), question: named(turn.question?.id ?? anchorId), anchor };
  // Nothing but what it hangs on is there: so is the conversation.
  if (isFirst && !isNew && anchor && docs.length === 1) return found;
  return { ...found, conversation: await conversations.findOne({ _id: rules.conversationIdOf(turn) }) };
}

/** Refuses a turn by what stands. One that its conversation has taken in was not refused. */
function check(turn: Turn, { conversation, answer, question, anchor }: Standing, isTaken: boolean): void {
  if (conversation && (conversation.buriedAt || conversation.userId !== turn.userId)) throw rules.conversationUnknown();
  const isRepeat = rules.isRepeat(turn, answer);
  if (turn.question) rules.isRepeat(turn, question);
  if (isTaken || (isRepeat && answer?.status !== 'accepting')) return;
  // Another turn's question that is not in the conversation yet is not there; its answer is one being written.
  const isHere = anchor?.conversationId === rules.conversationIdOf(turn) && !anchor.buried;
  const isSeen = isHere && (anchor.status !== 'accepting' || anchor.role === 'assistant');
  // One that was not looked at is as expected until the compare-and-set tells otherwise.
  const presumed = conversation === undefined ? { newestMessageId: turn.expectedNewest ?? null } : conversation;
  rules.checkTurn(turn, presumed ?? undefined, isSeen ? docToStored(anchor) : undefined);
}

/** Only where the conversation is as expected, and once. */
function take(turn: Turn) {
  const { id: answerId } = turn.answer;
  const { userId, expectedNewest } = turn;
  const expected = expectedNewest === undefined ? {} : { newestMessageId: expectedNewest };
  const notYet = { buriedAt: null, lastTurns: { $ne: answerId } };
  const newest = [turn.question?.id ?? '', answerId].sort()[1];
  return {
    filter: { _id: rules.conversationIdOf(turn), userId, ...notYet, ...expected },
    update: takeTurn(newest, answerId),
  };
}

/** What an earlier attempt, or one like it, had put there. */
async function removePair(turn: Turn, { answer, question }: Standing, messages: MessagesIn): Promise<void> {
  if (answer?.status !== 'accepting' && question?.status !== 'accepting') return;
  const pair = [turn.answer.id, turn.question?.id ?? turn.answer.id];
  const { userId } = turn;
  const conversationId = rules.conversationIdOf(turn);
  await messages.deleteMany({ _id: { $in: pair }, conversationId, userId, status: 'accepting' });
}

function asItStands({ conversation, question }: Omit<Standing, 'answer'>, answer: ReadAnswer): Accepted {
  if (!conversation || !question) throw rules.conversationUnknown();
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
