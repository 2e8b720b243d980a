import type { mongo } from 'mongoose';
import { isDuplicate, type MongoCollection, RetryableError } from '../../../libs/mongo/index.js';
import {
  type Accepted,
  type MessageRef,
  type StoredMessage,
  toMessage,
  toWriting,
  type Turn,
  turns,
  type Writing,
} from '../store/index.js';
import {
  type ChatCollections,
  type ConversationDocument,
  docToConversation,
  docToStored,
  type Guarded,
  type MessageDocument,
  READ_ANSWER,
  type ReadAnswer,
  toRead,
  VISIBLE,
} from './chat-collections.js';
import {
  check,
  makeConversation,
  pairWrites,
  read,
  removePair,
  showAnswer,
  SHOW_QUESTION,
  showWrites,
  type Standing,
  take,
} from './turn-steps.js';

/** As `abandon` leaves it. */
const SEIZED = { status: { $in: ['interrupted', 'stopped'] as const }, owner: null };

/**
 * Takes turns into conversations without a transaction, by writes in this order: the pair, which nobody sees (`accepting`) →
 * the conversation takes it in, or refuses, in one compare-and-set; refused, the pair is removed → question and answer are
 * shown. Each of them may be done twice. A writer that dies before the last one leaves an answer that is `accepting`: a
 * repeat of the turn goes on with it, or the sweep ends it.
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
   * Ends an answer that is `accepting` as `seizeUpdate` says it, if it still is as read. Where its conversation has not taken it in (or was never made, or lies under a
   * tombstone) nobody was told of it, and the pair goes: it would be a dead question beside the person's next try.
   */
  async abandon(ref: MessageRef, { filter, update }: Guarded): Promise<boolean> {
    const partition = this.chat.messages.of(ref.conversationId);
    if (!partition) return false;
    let hasBegun = false;
    return this.chat.database.run(async (db) => {
      const messages = partition.of(db);
      const answer = await messages.findOne({ ...filter, status: 'accepting' });
      if (!answer) return hasBegun && (await messages.findOne({ ...filter, ...SEIZED })) !== null;
      hasBegun = true;
      const { _id, conversationId, parentId } = answer;
      const question = { _id: parentId ?? '', conversationId };
      const taken = { _id: conversationId, lastTurns: _id, buriedAt: null };
      if (!(await this.chat.conversations.of(db).findOne(taken, { projection: { _id: 1 } }))) {
        await messages.deleteMany({ _id: { $in: [_id, question._id] }, conversationId, status: 'accepting' });
        return false;
      }
      await messages.updateOne({ ...question, status: 'accepting' }, SHOW_QUESTION);
      return (await messages.updateOne({ ...filter, status: 'accepting' }, update)).matchedCount === 1;
    });
  }
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
async function show(
  messages: mongo.Collection<MessageDocument>,
  id: string,
  update: mongo.Document[],
): Promise<ReadAnswer | null> {
  const hidden = { _id: id, status: 'accepting' as const, buried: { $ne: true } };
  const shown = await messages.findOneAndUpdate(hidden, update, READ_ANSWER);
  return (shown as ReadAnswer | null) ?? messages.findOne<ReadAnswer>({ _id: id, ...VISIBLE }, READ_ANSWER);
}
