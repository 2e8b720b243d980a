import type { mongo } from 'mongoose';
import type { Message, MessageRef } from '../store/index.js';
import { docToMessage, type MessageDocument, READ_MESSAGE, VISIBLE } from './documents.js';

/** Read at once, where the branch may be longer. */
const BATCH = 200;

/**
 * A message and its ancestors, at most `limit` and `maxChars`, oldest first. Parents sort before their children, so the conversation is
 * read backwards, in its index's order, until the branch is whole: one query for a conversation that has no other branches,
 * instead of one look-up an ancestor.
 */
export async function branchOf(
  messages: mongo.Collection<MessageDocument>,
  { conversationId, id }: MessageRef,
  limit: number,
  maxChars: number,
): Promise<Message[]> {
  const branch: Message[] = [];
  let wanted: string | null = id;
  let before: mongo.Filter<MessageDocument> = { _id: { $lte: id } };
  let size = Math.min(BATCH, limit);
  let chars = 0;
  while (wanted !== null && branch.length < limit) {
    const batch: MessageDocument[] = await messages
      .find({ conversationId, ...before, ...VISIBLE }, READ_MESSAGE)
      .sort({ _id: -1 })
      .limit(size)
      .toArray();
    for (const doc of batch) {
      if (doc._id !== wanted || branch.length === limit) continue;
      chars += doc.text.length;
      if (branch.length > 0 && chars > maxChars) return branch.reverse();
      branch.push(docToMessage(doc));
      wanted = doc.parentId;
    }
    const last = batch.at(-1);
    // The message itself is the first that was read, or it is not there.
    if (!last || batch.length < size || branch.length === 0) break;
    before = { _id: { $lt: last._id } };
    size = BATCH;
  }
  return branch.reverse();
}
