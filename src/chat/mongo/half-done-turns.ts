import type { mongo } from 'mongoose';
import { seizeUpdate } from './answer-updates.js';
import type { ChatCollections } from './chat-collections.js';
import { type MessageDocument, READ_ANSWER, type ReadAnswer, toRead, VISIBLE } from './documents.js';
import type { AnswerEnd, MessageRef, Writing } from '../store/index.js';
import { SHOW_ANSWER, SHOW_QUESTION } from './turn-updates.js';

/** As `abandon` leaves it. */
const SEIZED = { status: { $in: ['interrupted', 'stopped'] as const }, owner: null };

/** Answers that `TurnWriter` left `accepting`, because its process died. Each step may be done twice, and beside it. */
export class HalfDoneTurns {
  constructor(private readonly chat: ChatCollections) {}

  /**
   * Shows an answer that its conversation has taken in, though the writer did not come to the end: who repeats the question
   * finds it accepted. Null: not taken in.
   */
  async complete({ _id, conversationId, parentId }: MessageDocument): Promise<Writing | null> {
    const partition = this.chat.messages.of(conversationId);
    if (!partition) return null;
    return this.chat.database.run(async (db) => {
      const conversations = this.chat.conversations.of(db);
      if (!(await conversations.findOne({ _id: conversationId, lastTurns: _id, buriedAt: null }))) return null;
      const messages = partition.of(db);
      await messages.updateOne({ _id: parentId ?? '', conversationId, status: 'accepting' }, SHOW_QUESTION);
      const answer = await show(messages, _id, SHOW_ANSWER);
      return answer && toRead(answer);
    });
  }

  /**
   * Ends the answer, if it still is as read. Where its conversation has not taken it in (or was never made, or lies under a
   * tombstone) nobody was told of it, and the pair goes: it would be a dead question beside the person's next try.
   */
  async abandon(ref: MessageRef, asRead: { epoch: number; touchedAt: number }, end: AnswerEnd): Promise<boolean> {
    const { filter, update } = seizeUpdate(ref, asRead, end);
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
