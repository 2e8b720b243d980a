import type { mongo } from 'mongoose';
import { Away, isDuplicate } from '../../libs/mongo/index.js';
import { toMessage } from './answer-rules.js';
import type { ChatCollections } from './chat-collections.js';
import type { ConversationDocument, MessageDocument } from './chat-documents.js';
import { docToConversation, docToStored, READ_ANSWER, toRead, VISIBLE, type ReadAnswer } from './message-documents.js';
import type { Conversation } from './conversations.js';
import type { MessageCollection } from './message-partitions.js';
import type { Message, Turn, Writing } from './messages.js';
import * as rules from './turn-rules.js';
import { makeConversation, pairWrites, SHOW_ANSWER, SHOW_QUESTION, takeTurn } from './turn-updates.js';

type TurnResult = { question: Message; answer: Writing; conversation: Conversation };
type MessagesIn = mongo.Collection<MessageDocument>;
type ConversationsIn = mongo.Collection<ConversationDocument>;

/** What the store holds when a turn comes. */
interface Standing {
  conversation: ConversationDocument | null;
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

  async append(turn: Turn): Promise<TurnResult> {
    const partition = this.chat.messages.of(rules.conversationIdOf(turn));
    if (!partition) throw rules.conversationUnknown();
    // A conversation's first turn is nearly always there for the first time: look only if it turns out otherwise.
    let isNew = typeof turn.conversation !== 'string' && rules.anchorOf(turn) === null;
    return this.chat.database.run((db) => {
      const wasNew = isNew;
      isNew = false;
      return attempt(turn, partition, db, this.chat.conversations.of(db), wasNew);
    });
  }
}

/** Begins with what stands, so that it may follow an attempt whose outcome is unknown. */
async function attempt(
  turn: Turn,
  partition: MessageCollection,
  db: mongo.Db,
  conversations: ConversationsIn,
  isNew: boolean,
): Promise<TurnResult> {
  const messages = partition.of(db);
  const stands: Standing = isNew ? { conversation: null } : await read(turn, messages, conversations);
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
    const { matchedCount } = await messages.bulkWrite(pairWrites(turn)).catch(again);
    if (isNew && matchedCount > 0) throw new Away('the turn was here before');
  }
  const conversation = isTaken ? stands.conversation : await takeIn(turn, stands.conversation, conversations);
  // Why it was not taken in, the next attempt sees.
  if (!conversation) throw new Away('the conversation was changed in between');
  const question = turn.question ? await show(messages, turn.question.id, SHOW_QUESTION) : stands.anchor;
  const answer = await show(messages, turn.answer.id, SHOW_ANSWER);
  if (!question || !answer) throw new Away('the turn was changed in between');
  return asItStands({ conversation, question }, answer);
}

async function read(turn: Turn, messages: MessagesIn, conversations: ConversationsIn): Promise<Standing> {
  const anchorId = rules.anchorOf(turn);
  const ids = [turn.answer.id, turn.question?.id, anchorId].filter((id) => typeof id === 'string');
  const [conversation, docs] = await Promise.all([
    conversations.findOne({ _id: rules.conversationIdOf(turn) }),
    messages.find<ReadAnswer>({ _id: { $in: ids } }, READ_ANSWER).toArray(),
  ]);
  const named = (id: string | null | undefined) => docs.find(({ _id }) => _id === id);
  const anchor = named(anchorId);
  return { conversation, answer: named(turn.answer.id), question: named(turn.question?.id ?? anchorId), anchor };
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
  rules.checkTurn(turn, conversation ?? undefined, isSeen ? docToStored(anchor) : undefined);
}

async function takeIn(
  turn: Turn,
  existing: ConversationDocument | null,
  conversations: ConversationsIn,
): Promise<ConversationDocument | null> {
  const { id: answerId } = turn.answer;
  const after = { returnDocument: 'after' } as const;
  if (!existing) {
    const { filter, update } = makeConversation(rules.conversationAfter(turn, undefined, 0), answerId);
    const made = await conversations.findOneAndUpdate(filter, update, { ...after, upsert: true }).catch(again);
    return made?.lastTurns?.includes(answerId) ? made : null;
  }
  const { _id, userId } = existing;
  const expected = turn.expectedNewest === undefined ? {} : { newestMessageId: turn.expectedNewest };
  const filter = { _id, userId, buriedAt: null, lastTurns: { $ne: answerId }, ...expected };
  const newest = [turn.question?.id ?? '', answerId].sort()[1];
  return conversations.findOneAndUpdate(filter, takeTurn(newest, answerId), after);
}

/** Shows it; or gives back what a repeat of the same turn has shown. */
export async function show(messages: MessagesIn, id: string, update: mongo.Document[]): Promise<ReadAnswer | null> {
  const hidden = { _id: id, status: 'accepting' as const, buried: { $ne: true } };
  const shown = await messages.findOneAndUpdate(hidden, update, READ_ANSWER);
  return (shown as ReadAnswer | null) ?? messages.findOne<ReadAnswer>({ _id: id, ...VISIBLE }, READ_ANSWER);
}

/** What an earlier attempt, or one like it, had put there. */
async function removePair(turn: Turn, { answer, question }: Standing, messages: MessagesIn): Promise<void> {
  if (answer?.status !== 'accepting' && question?.status !== 'accepting') return;
  const pair = [turn.answer.id, turn.question?.id ?? turn.answer.id];
  const { userId } = turn;
  const conversationId = rules.conversationIdOf(turn);
  await messages.deleteMany({ _id: { $in: pair }, conversationId, userId, status: 'accepting' });
}

function asItStands({ conversation, question }: Omit<Standing, 'answer'>, answer: ReadAnswer): TurnResult {
  if (!conversation || !question) throw rules.conversationUnknown();
  return {
    question: toMessage(docToStored(question)),
    answer: toRead(answer),
    conversation: docToConversation(conversation),
  };
}

/** Two who make the same document at once: the server lets one of them fail. */
function again(error: unknown): never {
  throw isDuplicate(error) ? new Away('made by another at the same time') : error;
}
