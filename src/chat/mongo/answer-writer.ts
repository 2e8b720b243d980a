import type { mongo } from 'mongoose';
import { RetryableError, isTooLarge } from '../../../libs/mongo/index.js';
import type { Conversation, MessageRef, Save, SaveResult, Step, StoredMessage } from '../store/index.js';
import { saveUpdate, type Guarded } from './answer-updates.js';
import type { ChatCollections } from './chat-collections.js';
import {
  docToConversation,
  docToStored,
  type MessageDocument,
  READ_ANSWER,
  type ReadAnswer,
  VISIBLE,
} from './documents.js';

interface Outcome<T> {
  /** What the caller is told of the document as it was written. */
  done: (doc: ReadAnswer) => T;
  /** What the caller is told where nothing was written. */
  rule: (row: StoredMessage | undefined, now: number) => Step<T>;
  /** Names this call, where the rule could not know its own doing again. */
  hand?: string;
  /** It may be an end, and so the conversation's last activity: called with how that stands then. Unset: it is none. */
  ended?: (conversation: Conversation | null) => void;
  /** Under a tombstone, too. */
  readBuried?: boolean;
}

/**
 * Changes answers in MongoDB. Each change is one guarded write of one document. Where it matches nothing the document is
 * read again, and the rule that all stores share tells why: it was refused, the same hand was here before (and its
 * acknowledgement was lost), or somebody changed the document in between.
 */
export class AnswerWriter {
  constructor(private readonly chat: ChatCollections) {}

  async write<T>(ref: MessageRef, { filter, update }: Guarded, outcome: Outcome<T>): Promise<T> {
    const partition = this.chat.messages.of(ref.conversationId);
    if (!partition) return outcome.rule(undefined, 0).result;
    return this.chat.database.run(async (db) => {
      const messages = partition.of(db);
      const changed = await this.chat.answerChanges.run({ collection: messages, id: ref.id, filter, update });
      const isHere = changed.doc?.conversationId === ref.conversationId;
      const doc = isHere ? changed.doc : await read(messages, ref, outcome.readBuried);
      const isMine = changed.isWritten || (outcome.hand !== undefined && doc?.hand === outcome.hand);
      const step = doc && isMine ? { result: outcome.done(doc) } : ruled(doc, outcome.rule);
      if (doc && outcome.ended && step.result) outcome.ended(await this.touch(db, doc));
      return step.result;
    });
  }

  /** For each partition one bulk write, then one read. */
  async save(saves: Save[]): Promise<SaveResult[]> {
    const standing = new Map<string, MessageDocument>();
    const parts = this.chat.messages.group(saves).map(async ([partition, some]) => {
      const docs = await partition.run((messages) => saveAll(messages, some));
      for (const doc of docs) standing.set(doc._id, doc);
    });
    await Promise.all(parts);
    return saves.map((save) => toResult(save, standing.get(save.id)));
  }

  /** By the end's own time, so that the same end again changes nothing. */
  private async touch(
    db: mongo.Db,
    { status, conversationId, updatedAt }: MessageDocument,
  ): Promise<Conversation | null> {
    if (status === 'generating') return null;
    const { doc } = await this.chat.conversationChanges.run({
      collection: this.chat.conversations.of(db),
      id: conversationId,
      filter: { _id: conversationId, buriedAt: null },
      update: { $max: { updatedAt } },
    });
    return doc && !doc.buriedAt ? docToConversation(doc) : null;
  }
}

function ruled<T>(doc: ReadAnswer | null, rule: Outcome<T>['rule']): Step<T> {
  const step = doc ? rule(docToStored(doc), doc.now.getTime()) : rule(undefined, 0);
  if (step.change) throw new RetryableError('the answer was changed in between');
  return step;
}

function read(
  messages: mongo.Collection<MessageDocument>,
  ref: MessageRef,
  buried = false,
): Promise<ReadAnswer | null> {
  const filter = { _id: ref.id, conversationId: ref.conversationId };
  return messages.findOne<ReadAnswer>(buried ? filter : { ...filter, ...VISIBLE }, READ_ANSWER);
}

async function saveAll(messages: mongo.Collection<MessageDocument>, saves: Save[]): Promise<MessageDocument[]> {
  const writes = saves.map((save) => ({ updateOne: saveUpdate(save) }));
  await messages.bulkWrite(writes, { ordered: false }).catch((error: unknown) => {
    // The others' were written, and they are told how they stand.
    if (!isTooLarge(error)) throw error;
  });
  const projection = { conversationId: 1, role: 1, status: 1, epoch: 1, owner: 1, stop: 1 };
  const filter = { _id: { $in: saves.map(({ id }) => id) }, ...VISIBLE };
  return messages.find(filter, { projection }).toArray();
}

function toResult(save: Save, doc: MessageDocument | undefined): SaveResult {
  const { conversationId, id } = save;
  if (doc?.conversationId !== conversationId) return { conversationId, id, held: false, stop: false };
  const held = doc.status === 'generating' && doc.epoch === save.epoch && doc.owner === save.owner;
  return { conversationId, id, held, stop: doc.stop };
}
