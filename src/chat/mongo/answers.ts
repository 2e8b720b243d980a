import { randomUUID } from 'node:crypto';
import type { mongo } from 'mongoose';
import { isTooLarge, RetryableError } from '../../../libs/mongo/index.js';
import { Messages, rules, statusOf } from '../store/index.js';
import type {
  AnswerEnd,
  Claim,
  ClaimOptions,
  Conversation,
  Ended,
  LetGo,
  Message,
  MessageRef,
  Save,
  SaveResult,
  Step,
  StoredMessage,
  Writing,
} from '../store/index.js';
import * as updates from './answer-updates.js';
import {
  docToConversation,
  docToMessage,
  docToStored,
  READ_ANSWER,
  requireFits,
  toRead,
  VISIBLE,
} from './chat-collections.js';
import type { ChatCollections, Guarded, MessageDocument, ReadAnswer } from './chat-collections.js';

interface Outcome<T> {
  /** What the caller is told of the document as it was written. */
  done: (doc: ReadAnswer) => T;
  /** What the caller is told where nothing was written. */
  rule: (row: StoredMessage | undefined, now: number) => Step<T>;
  /** Whether the document stands as this call has left it, where the rule could not know its own doing again. */
  isMine?: (doc: ReadAnswer) => boolean;
  /** It may be an end, and so the conversation's last activity: called with how that stands then. Unset: it is none. */
  ended?: (conversation: Conversation | null) => void;
  /** Under a tombstone, too. */
  readBuried?: boolean;
}

/**
 * What changes answers, of `MongoMessages`. Each change is one guarded write of one document. Where it matches nothing the
 * document is read again, and the rule that all stores share tells why: it was refused, the same call was here before (and
 * its acknowledgement was lost), or somebody changed the document in between.
 */
export abstract class MongoAnswers extends Messages {
  constructor(protected readonly chat: ChatCollections) {
    super();
  }

  async claim(ref: MessageRef, owner: string, options: ClaimOptions): Promise<Claim> {
    // An owner's own next epoch is a claim of its own.
    const callId = options.from === undefined ? owner : randomUUID();
    return this.write(ref, updates.claimUpdate(ref, owner, options, callId), {
      isMine: (doc) => doc.callId === callId && doc.owner === owner,
      // It may have ended before we heard that the claim was written.
      done: (doc) =>
        statusOf(doc.status) === 'generating'
          ? { claimed: toRead(doc), vanished: doc.vanished ?? false }
          : { refused: 'ended' as const },
      rule: (row, now) => rules.claim(row, owner, options, now),
    });
  }

  async seize(ref: MessageRef, asRead: { epoch: number; touchedAt: number }, end: AnswerEnd): Promise<boolean> {
    return this.write(ref, updates.seizeUpdate(ref, asRead, end), {
      ended: () => {},
      done: () => true,
      rule: (row, now) => rules.seize(row, asRead, end, now),
    });
  }

  async finish(ref: MessageRef, epoch: number, owner: string, end: AnswerEnd): Promise<Ended | null> {
    requireFits(end.text);
    let conversation: Conversation | null = null;
    const message = await this.write(ref, updates.finishUpdate(ref, epoch, owner, end), {
      ended: (after) => (conversation = after),
      done: docToMessage,
      rule: (row, now) => rules.finish(row, epoch, owner, end, now),
    });
    return message && { message, conversation };
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

  async letGo(ref: MessageRef, epoch: number, owner: string, state: LetGo): Promise<Writing | null> {
    const callId = randomUUID();
    return this.write<Writing | null>(ref, updates.letGoUpdate(ref, epoch, owner, state, callId), {
      isMine: (doc) => doc.callId === callId && doc.epoch === epoch,
      ended: () => {},
      done: toRead,
      rule: (row, now) => rules.letGo(row, epoch, owner, state, now),
    });
  }

  async requestStop(ref: MessageRef): Promise<Writing | null> {
    return this.write<Writing | null>(ref, updates.stopUpdate(ref), { done: toRead, rule: rules.requestStop });
  }

  async seizeForDeletion(ref: MessageRef): Promise<Message | null> {
    return this.write<Message | null>(ref, updates.deletionUpdate(ref), {
      done: docToMessage,
      rule: rules.seizeForDeletion,
      readBuried: true,
    });
  }

  private async write<T>(ref: MessageRef, { filter, update }: Guarded, outcome: Outcome<T>): Promise<T> {
    const partition = this.chat.messages.of(ref.conversationId);
    if (!partition) return outcome.rule(undefined, 0).result;
    return this.chat.database.run(async (db) => {
      const messages = partition.of(db);
      const changed = await this.chat.answerChanges.run({ collection: messages, id: ref.id, filter, update });
      const isHere = changed.doc?.conversationId === ref.conversationId;
      const doc = isHere ? changed.doc : await read(messages, ref, outcome.readBuried);
      const isMine = doc && (changed.isWritten || outcome.isMine?.(doc));
      const step = isMine ? { result: outcome.done(doc) } : ruled(doc, outcome.rule);
      if (doc && outcome.ended && step.result) outcome.ended(await this.touch(db, doc));
      return step.result;
    });
  }

  /** By the end's own time, so that the same end again changes nothing. */
  private async touch(
    db: mongo.Db,
    { status, conversationId, updatedAt }: MessageDocument,
  ): Promise<Conversation | null> {
    if (statusOf(status) === 'generating') return null;
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
  const writes = saves.map((save) => ({ updateOne: updates.saveUpdate(save) }));
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
  const held = statusOf(doc.status) === 'generating' && doc.epoch === save.epoch && doc.owner === save.owner;
  return { conversationId, id, held, stop: doc.stop };
}
