import type { mongo } from 'mongoose';
import { decodeCursor, fitting, toPage, type Page } from '../../../libs/paging/index.js';
import type { Accepted, Message, MessagePage, MessageRef, Order, Standing, Turn, Writing } from '../store/index.js';
import { KNOWN_FORM, statusOf } from '../store/index.js';
import { MongoAnswers } from './answers.js';
import {
  docToMessage,
  GENERATING,
  IN_WORK,
  READ_ANSWER,
  READ_MESSAGE,
  requireFits,
  toRead,
  VISIBLE,
} from './chat-collections.js';
import type { ChatCollections, MessageDocument, ReadAnswer } from './chat-collections.js';
import { TurnWriter } from './turn-writer.js';

/** What is being written, in a form that this build knows; each part has an index of its own. */
const WRITING = {
  $or: [{ writing: true }, { pending: { $gt: 1, $lte: KNOWN_FORM } }],
  buried: { $ne: true },
} satisfies mongo.Filter<MessageDocument>;

export class MongoMessages extends MongoAnswers {
  private readonly turns: TurnWriter;

  constructor(chat: ChatCollections) {
    super(chat);
    this.turns = new TurnWriter(chat);
  }

  async appendTurn(turn: Turn): Promise<Accepted> {
    requireFits(turn.question?.text);
    return this.turns.append(turn);
  }

  async get(userId: string, ref: MessageRef): Promise<Message | null> {
    const filter = { _id: ref.id, conversationId: ref.conversationId, userId, ...VISIBLE };
    const partition = this.chat.messages.of(ref.conversationId);
    const doc = await partition?.run((messages) => messages.findOne(filter, READ_MESSAGE));
    return doc ? docToMessage(doc) : null;
  }

  async find(userId: string, id: string): Promise<Message | null> {
    const filter = { _id: id, userId, ...VISIBLE };
    const docs = await this.everywhere((messages) => messages.findOne(filter, READ_MESSAGE));
    const doc = docs.find((found) => found !== null);
    return doc ? docToMessage(doc) : null;
  }

  async getWriting(ref: MessageRef): Promise<Writing | null> {
    const { conversationId, id } = ref;
    const filter = { _id: id, conversationId, role: 'assistant' as const, buried: { $ne: true } };
    const partition = this.chat.messages.of(conversationId);
    const doc = await partition?.run((messages) => messages.findOne<ReadAnswer>(filter, READ_ANSWER));
    if (doc?.status === 'accepting') return this.turns.complete(doc);
    return doc ? toRead(doc) : null;
  }

  async list(userId: string, conversationId: string, page: MessagePage, order: Order = 'asc'): Promise<Page<Message>> {
    const [from] = page.cursor ? decodeCursor(page.cursor, ['string']) : [undefined];
    const behind = from !== undefined && { _id: order === 'asc' ? { $gt: from } : { $lt: from } };
    const filter = { conversationId, ...behind, userId, ...VISIBLE };
    const { limit, maxBytes = Infinity } = page;
    const docs = await this.chat.messages.of(conversationId)?.run((messages) => {
      const found = messages.find(filter, READ_MESSAGE).sort({ _id: order === 'asc' ? 1 : -1 });
      return firstOf(found.limit(limit + 1), maxBytes);
    });
    const rows = (docs ?? []).map(docToMessage);
    const length = Math.min(limit, fitting(rows.map(sizeOf), maxBytes));
    return toPage(rows, length, (last) => [last.id]);
  }

  async branch(ref: MessageRef, limit: number, maxChars = Infinity): Promise<Message[]> {
    const partition = this.chat.messages.of(ref.conversationId);
    return (await partition?.run((messages) => branchOf(messages, ref, limit, maxChars))) ?? [];
  }

  async standings(refs: MessageRef[]): Promise<Standing[]> {
    const found = await Promise.all(
      this.chat.messages.group(refs).map(([partition, some]) => {
        const filter = { _id: { $in: some.map(({ id }) => id) }, ...VISIBLE };
        const projection = { conversationId: 1, status: 1, epoch: 1 };
        return partition.run((messages) => messages.find(filter, { projection }).toArray());
      }),
    );
    const asked = new Set(refs.map(({ conversationId, id }) => `${conversationId} ${id}`));
    return found
      .flat()
      .filter(({ conversationId, _id }) => asked.has(`${conversationId} ${_id}`))
      .map(({ conversationId, _id, status, epoch }) => ({ conversationId, id: _id, status: statusOf(status), epoch }));
  }

  async untouched(forMs: number, limit: number): Promise<Writing[]> {
    const found = await this.writing({
      ...WRITING,
      status: { $in: GENERATING },
      heldFor: null,
      ...untouchedFor(forMs),
    });
    return found.sort((a, b) => a.touchedAt - b.touchedAt).slice(0, limit);
  }

  override async recoverTurns(olderThanMs: number, limit: number): Promise<Writing[]> {
    const filter = { ...WRITING, status: 'accepting' as const, heldFor: null, ...untouchedFor(olderThanMs) };
    const found = await this.everywhere((messages) =>
      messages.find<ReadAnswer>(filter, READ_ANSWER).limit(limit).toArray(),
    );
    const recovered: Array<Writing | null> = [];
    for (const doc of found.flat()) recovered.push(await this.turns.recover(doc));
    return recovered.filter((answer) => answer !== null);
  }

  async writingOfUser(userId: string): Promise<Writing[]> {
    return this.writing({ ...WRITING, userId, status: { $in: GENERATING } });
  }

  async writingOfConversation(conversationId: string): Promise<Writing[]> {
    const filter = { conversationId, $or: IN_WORK };
    const partition = this.chat.messages.of(conversationId);
    const docs = await partition?.run((messages) => messages.find<ReadAnswer>(filter, READ_ANSWER).toArray());
    return (docs ?? []).map(toRead);
  }

  async endedOfConversation(conversationId: string, withinMs: number): Promise<Message[]> {
    const isRecent = { $gte: ['$updatedAt', { $subtract: ['$$NOW', withinMs] }] };
    const filter = { conversationId, role: 'assistant' as const, $nor: IN_WORK, $expr: isRecent };
    const partition = this.chat.messages.of(conversationId);
    const docs = await partition?.run((messages) => messages.find(filter, READ_MESSAGE).toArray());
    return (docs ?? []).map(docToMessage);
  }

  private async writing(filter: mongo.Filter<MessageDocument>): Promise<Writing[]> {
    const docs = await this.everywhere((messages) => messages.find<ReadAnswer>(filter, READ_ANSWER).toArray());
    return docs.flat().map(toRead);
  }

  /** All months side by side. */
  private async everywhere<R>(ask: (messages: mongo.Collection<MessageDocument>) => Promise<R>): Promise<R[]> {
    return Promise.all((await this.chat.messages.all()).map((partition) => partition.run(ask)));
  }
}

/** In bytes. */
function sizeOf({ text, parts }: Pick<Message, 'text' | 'parts'>): number {
  return Buffer.byteLength(text) + (parts ? Buffer.byteLength(JSON.stringify(parts)) : 0);
}

/** A condition, by the server's clock. */
function untouchedFor(ms: number) {
  const untouchedMs = { $max: [0, { $subtract: ['$$NOW', '$touchedAt'] }] };
  return { $expr: { $gte: [untouchedMs, ms] } };
}

/** Those that fit, and the next one. The rest is not fetched. */
async function firstOf(found: mongo.FindCursor<MessageDocument>, maxBytes: number): Promise<MessageDocument[]> {
  const docs: MessageDocument[] = [];
  let bytes = 0;
  for await (const doc of found) {
    docs.push(doc);
    bytes += sizeOf(doc);
    if (bytes > maxBytes && docs.length > 1) break;
  }
  return docs;
}

/** Read at once, where the branch may be longer. */
const BRANCH_BATCH = 200;

/**
 * A message and its ancestors, at most `limit` and `maxChars`, oldest first. Parents sort before their children, so the conversation is
 * read backwards, in its index's order, until the branch is whole: one query for a conversation that has no other branches,
 * instead of one look-up an ancestor.
 */
async function branchOf(
  messages: mongo.Collection<MessageDocument>,
  { conversationId, id }: MessageRef,
  limit: number,
  maxChars: number,
): Promise<Message[]> {
  const branch: Message[] = [];
  let wanted: string | null = id;
  let before: mongo.Filter<MessageDocument> = { _id: { $lte: id } };
  let size = Math.min(BRANCH_BATCH, limit);
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
    size = BRANCH_BATCH;
  }
  return branch.reverse();
}
