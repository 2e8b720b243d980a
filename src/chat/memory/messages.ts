import { decodeCursor, fitting, toPage, type Page } from '../../../libs/paging/index.js';
import {
  type AnswerEnd,
  type Claim,
  type ClaimOptions,
  type Conversation,
  type Ended,
  isSwept,
  type LetGo,
  type Message,
  type MessagePage,
  type MessageRef,
  Messages,
  type Order,
  rules,
  type Save,
  type SaveResult,
  type Standing,
  type Step,
  type StoredMessage,
  toMessage,
  toWriting,
  type Turn,
  turns,
  untouchedMs,
  type Writing,
} from '../store/index.js';
import type { ChatMemory } from './conversations.js';

export class MemoryMessages extends Messages {
  constructor(private readonly memory: ChatMemory) {
    super();
  }

  async appendTurn(turn: Turn): Promise<{ question: Message; answer: Writing; conversation: Conversation }> {
    const now = Date.now();
    const id = turns.conversationIdOf(turn);
    const existing = this.memory.conversations.get(id);
    if (this.memory.isBuried(id) || (existing && existing.userId !== turn.userId)) throw turns.conversationUnknown();
    if (!turns.isRepeat(turn, this.memory.messages.get(turn.answer.id))) {
      const anchor = turns.anchorOf(turn);
      turns.checkTurn(
        turn,
        existing,
        anchor === null ? undefined : this.inConversation({ conversationId: id, id: anchor }),
      );
      this.memory.putConversation(turns.conversationAfter(turn, existing, now));
      if (turn.question) this.memory.put(turns.questionRow(turn, turn.question, now));
      this.memory.put(turns.answerRow(turn, now));
    }
    const answer = this.memory.messages.get(turn.answer.id) as StoredMessage;
    const question = this.memory.messages.get(answer.parentId as string) as StoredMessage;
    const conversation = this.memory.conversations.get(id) as Conversation;
    return { question: toMessage(question), answer: toWriting(answer, now), conversation: { ...conversation } };
  }

  async get(userId: string, ref: MessageRef): Promise<Message | null> {
    const row = this.visible(ref);
    return row?.userId === userId ? toMessage(row) : null;
  }

  async find(userId: string, id: string): Promise<Message | null> {
    const row = this.memory.messages.get(id);
    return row?.userId === userId && this.visible(row) ? toMessage(row) : null;
  }

  async getWriting(ref: MessageRef): Promise<Writing | null> {
    const row = this.visible(ref);
    return row?.role === 'assistant' ? toWriting(row, Date.now()) : null;
  }

  async list(userId: string, conversationId: string, page: MessagePage, order: Order = 'asc'): Promise<Page<Message>> {
    const [from] = page.cursor ? decodeCursor(page.cursor, ['string']) : [undefined];
    const all = this.memory.visible(userId, conversationId) ? (this.memory.idsOf.get(conversationId) ?? []) : [];
    const inOrder = order === 'asc' ? all : all.toReversed();
    const isBehind = (id: string) => from === undefined || (order === 'asc' ? id > from : id < from);
    const rows = inOrder
      .filter(isBehind)
      .slice(0, page.limit + 1)
      .map((id) => this.row(id));
    const sizes = rows.map(sizeOf);
    const length = Math.min(page.limit, fitting(sizes, page.maxBytes ?? Infinity));
    return toPage(rows.map(toMessage), length, (last) => [last.id]);
  }

  async branch(ref: MessageRef, limit: number, maxChars = Infinity): Promise<Message[]> {
    const branch: Message[] = [];
    let row = this.visible(ref);
    let chars = 0;
    while (row && branch.length < limit) {
      chars += row.text.length;
      if (branch.length > 0 && chars > maxChars) break;
      branch.push(toMessage(row));
      row = row.parentId === null ? undefined : this.memory.messages.get(row.parentId);
    }
    return branch.reverse();
  }

  async claim(ref: MessageRef, owner: string, options: ClaimOptions): Promise<Claim> {
    return this.apply(rules.claim(this.visible(ref), owner, options, Date.now()));
  }

  async seize(ref: MessageRef, asRead: { epoch: number; touchedAt: number }, end: AnswerEnd): Promise<boolean> {
    return this.apply(rules.seize(this.visible(ref), asRead, end, Date.now()));
  }

  async finish(ref: MessageRef, epoch: number, owner: string, end: AnswerEnd): Promise<Ended | null> {
    const message = this.apply(rules.finish(this.visible(ref), epoch, owner, end, Date.now()));
    if (!message) return null;
    return { message, conversation: this.memory.visible(message.userId, message.conversationId) ?? null };
  }

  async save(saves: Save[]): Promise<SaveResult[]> {
    return saves.map((save) => {
      const { conversationId, id } = save;
      const row = this.visible(save);
      const { change, result } = rules.save(row, save, Date.now());
      if (change) this.memory.put(change);
      return { conversationId, id, ...result };
    });
  }

  async letGo(ref: MessageRef, epoch: number, owner: string, state: LetGo): Promise<Writing | null> {
    return this.apply(rules.letGo(this.visible(ref), epoch, owner, state, Date.now()));
  }

  async requestStop(ref: MessageRef): Promise<Writing | null> {
    return this.apply(rules.requestStop(this.visible(ref), Date.now()));
  }

  async standings(refs: MessageRef[]): Promise<Standing[]> {
    const rows = refs.map((ref) => this.visible(ref)).filter((row) => row !== undefined);
    return rows.map(({ conversationId, id, status, epoch }) => ({ conversationId, id, status, epoch }));
  }

  async untouched(forMs: number, limit: number): Promise<Writing[]> {
    const now = Date.now();
    return this.writing(
      (row) => untouchedMs(row, now) >= forMs && isSwept(row) && !this.memory.isBuried(row.conversationId),
    )
      .sort((a, b) => a.touchedAt - b.touchedAt)
      .slice(0, limit);
  }

  async writingOfUser(userId: string): Promise<Writing[]> {
    return this.writing((row) => row.userId === userId && !this.memory.isBuried(row.conversationId));
  }

  async writingOfConversation(conversationId: string): Promise<Writing[]> {
    return this.writing((row) => row.conversationId === conversationId);
  }

  async endedOfConversation(conversationId: string, withinMs: number): Promise<Message[]> {
    const since = Date.now() - withinMs;
    return (this.memory.idsOf.get(conversationId) ?? [])
      .map((id) => this.row(id))
      .filter((row) => row.role === 'assistant' && row.status !== 'generating' && row.updatedAt.getTime() >= since)
      .map(toMessage);
  }

  async seizeForDeletion(ref: MessageRef): Promise<Message | null> {
    return this.apply(rules.seizeForDeletion(this.inConversation(ref), Date.now()));
  }

  private row(id: string): StoredMessage {
    return this.memory.messages.get(id) as StoredMessage;
  }

  private inConversation({ conversationId, id }: MessageRef): StoredMessage | undefined {
    const row = this.memory.messages.get(id);
    return row?.conversationId === conversationId ? row : undefined;
  }

  private visible(ref: MessageRef): StoredMessage | undefined {
    return this.memory.isBuried(ref.conversationId) ? undefined : this.inConversation(ref);
  }

  private writing(wanted: (row: StoredMessage) => boolean): Writing[] {
    const now = Date.now();
    const rows = [...this.memory.writing].map((id) => this.row(id));
    return rows.filter(wanted).map((row) => toWriting(row, now));
  }

  private apply<T>({ change, result }: Step<T>): T {
    if (!change) return result;
    const stood = this.row(change.id);
    this.memory.put(change);
    const conversation = this.memory.conversations.get(change.conversationId);
    if (conversation && stood.status !== change.status) {
      this.memory.putConversation({ ...conversation, updatedAt: change.updatedAt });
    }
    return result;
  }
}

/** In bytes. */
function sizeOf({ text, parts }: StoredMessage): number {
  return Buffer.byteLength(text) + (parts ? Buffer.byteLength(JSON.stringify(parts)) : 0);
}
