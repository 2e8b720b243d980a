import { randomUUID } from 'node:crypto';
import type { mongo } from 'mongoose';
import { decodeCursor, fitting, toPage, type Page } from '../../../libs/paging/index.js';
import {
  type AnswerEnd,
  type Claim,
  type Conversation,
  type Ended,
  type Message,
  type MessagePage,
  type MessageRef,
  Messages,
  type Order,
  rules,
  type Save,
  type SaveResult,
  type Standing,
  type Turn,
  type Writing,
} from '../store/index.js';
import * as updates from './answer-updates.js';
import { AnswerWriter } from './answer-writer.js';
import type { ChatCollections } from './chat-collections.js';
import {
  docToMessage,
  type MessageDocument,
  READ_ANSWER,
  READ_MESSAGE,
  type ReadAnswer,
  requireFits,
  toRead,
  VISIBLE,
} from './documents.js';
import { HalfDoneTurns } from './half-done-turns.js';
import { branchOf } from './message-branch.js';
import { TurnWriter } from './turn-writer.js';

const WRITING = { writing: true, buried: { $ne: true } } as const;

export class MongoMessages extends Messages {
  private readonly answers: AnswerWriter;
  private readonly turns: TurnWriter;
  private readonly halfDone: HalfDoneTurns;

  constructor(private readonly chat: ChatCollections) {
    super();
    this.answers = new AnswerWriter(chat);
    this.turns = new TurnWriter(chat);
    this.halfDone = new HalfDoneTurns(chat);
  }

  async appendTurn(turn: Turn): ReturnType<TurnWriter['append']> {
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
    if (doc?.status === 'accepting') return this.halfDone.complete(doc);
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

  async claim(ref: MessageRef, owner: string, options: { staleMs: number; from?: string }): Promise<Claim> {
    // An owner's own next epoch is a claim of its own.
    const hand = options.from === undefined ? owner : randomUUID();
    return this.answers.write(ref, updates.claimUpdate(ref, owner, options, hand), {
      hand,
      // It may have ended before we heard that the claim was written.
      done: (doc) =>
        doc.status === 'generating'
          ? { claimed: toRead(doc), vanished: doc.vanished ?? false }
          : { refused: 'ended' as const },
      rule: (row, now) => rules.claim(row, owner, options, now),
    });
  }

  async seize(ref: MessageRef, asRead: { epoch: number; touchedAt: number }, end: AnswerEnd): Promise<boolean> {
    const seized = await this.answers.write(ref, updates.seizeUpdate(ref, asRead, end), {
      ended: () => {},
      done: () => true,
      rule: (row, now) => rules.seize(row, asRead, end, now),
    });
    return seized || this.halfDone.abandon(ref, asRead, end);
  }

  async finish(ref: MessageRef, epoch: number, owner: string, end: AnswerEnd): Promise<Ended | null> {
    requireFits(end.text);
    let conversation: Conversation | null = null;
    const message = await this.answers.write(ref, updates.finishUpdate(ref, epoch, owner, end), {
      ended: (after) => (conversation = after),
      done: (doc) => docToMessage(doc),
      rule: (row, now) => rules.finish(row, epoch, owner, end, now),
    });
    return message && { message, conversation };
  }

  async save(saves: Save[]): Promise<SaveResult[]> {
    return this.answers.save(saves);
  }

  async letGo(
    ref: MessageRef,
    epoch: number,
    owner: string,
    state: { text: string; spent: Writing['spent']; attempts: number; dueInMs: number },
  ): Promise<Writing | null> {
    const hand = randomUUID();
    return this.answers.write<Writing | null>(ref, updates.letGoUpdate(ref, epoch, owner, state, hand), {
      hand,
      ended: () => {},
      done: toRead,
      rule: (row, now) => rules.letGo(row, epoch, owner, state, now),
    });
  }

  async requestStop(ref: MessageRef): Promise<Writing | null> {
    return this.answers.write<Writing | null>(ref, updates.stopUpdate(ref), { done: toRead, rule: rules.requestStop });
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
      .map(({ conversationId, _id, status, epoch }) => ({ conversationId, id: _id, status, epoch }) as Standing);
  }

  async untouched(forMs: number, limit: number): Promise<Writing[]> {
    const untouchedMs = { $max: [0, { $subtract: ['$$NOW', '$touchedAt'] }] };
    const found = await this.writing({ ...WRITING, $expr: { $gte: [untouchedMs, forMs] } });
    return found.sort((a, b) => a.touchedAt - b.touchedAt).slice(0, limit);
  }

  async writingOfUser(userId: string): Promise<Writing[]> {
    return this.writing({ ...WRITING, userId, status: 'generating' });
  }

  async writingOfConversation(conversationId: string): Promise<Writing[]> {
    const filter = { conversationId, writing: true };
    const partition = this.chat.messages.of(conversationId);
    const docs = await partition?.run((messages) => messages.find<ReadAnswer>(filter, READ_ANSWER).toArray());
    return (docs ?? []).map(toRead);
  }

  async endedOfConversation(conversationId: string, withinMs: number): Promise<Message[]> {
    const isRecent = { $gte: ['$updatedAt', { $subtract: ['$$NOW', withinMs] }] };
    const filter = { conversationId, role: 'assistant' as const, writing: { $ne: true }, $expr: isRecent };
    const partition = this.chat.messages.of(conversationId);
    const docs = await partition?.run((messages) => messages.find(filter, READ_MESSAGE).toArray());
    return (docs ?? []).map(docToMessage);
  }

  async seizeForDeletion(ref: MessageRef): Promise<Message | null> {
    return this.answers.write<Message | null>(ref, updates.deletionUpdate(ref), {
      done: (doc) => docToMessage(doc),
      rule: rules.seizeForDeletion,
      readBuried: true,
    });
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

const sizeOf = ({ text }: { text: string }): number => Buffer.byteLength(text);

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
