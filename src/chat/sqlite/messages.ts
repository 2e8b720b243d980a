import { setImmediate as breathe } from 'node:timers/promises';
import { columnsOf, only, type Row } from '../../../libs/fields/index.js';
import { decodeCursor, fitting, pageOf, type Page } from '../../../libs/paging/index.js';
import type { SqliteDatabase } from '../../../libs/sqlite/index.js';
import {
  type AnswerEnd,
  type Claim,
  type ClaimOptions,
  type Conversation,
  type Ended,
  KNOWN_FORM,
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
  statusOf,
  type Step,
  STORED_FIELDS,
  type StoredMessage,
  toMessage,
  toWriting,
  type Turn,
  turns,
  type Writing,
} from '../store/index.js';
import {
  type ChatTables,
  CONVERSATION_COLUMNS,
  GENERATING,
  MESSAGE_COLUMNS,
  NOT_BURIED,
  STORED_COLUMNS,
} from './chat-tables.js';
import { NOT_GENERATING, rowToMessage, rowToStored, toConversation } from './chat-tables.js';

const FIND = `SELECT ${MESSAGE_COLUMNS} FROM messages m WHERE m.id = ? AND m.user_id = ? AND ${NOT_BURIED}`;
const listed = (columns: string, bound: string, order: string) => `SELECT ${columns} FROM messages m
  WHERE m.conversation_id = ? AND m.id ${bound} ? AND m.user_id = ? AND ${NOT_BURIED} ORDER BY m.id ${order} LIMIT ?`;
const both = (columns: string) => ({ asc: listed(columns, '>', 'ASC'), desc: listed(columns, '<', 'DESC') });
const LIST = both(MESSAGE_COLUMNS);
/** Without reading the texts. */
const SIZES = both('octet_length(m.text) + coalesce(octet_length(m.parts), 0) AS size');
/** Before and behind every id. */
const EDGES = { asc: '', desc: '~' };
const BRANCH = `WITH RECURSIVE branch (id, parent_id, depth, chars) AS (
    SELECT m.id, m.parent_id, 1, length(m.text) FROM messages m WHERE m.id = ?1 AND m.conversation_id = ?2 AND ${NOT_BURIED}
    UNION ALL
    SELECT m.id, m.parent_id, b.depth + 1, b.chars + length(m.text) FROM branch b JOIN messages m ON m.id = b.parent_id
    WHERE b.depth < ?3 AND b.chars + length(m.text) <= ?4
  )
  SELECT ${MESSAGE_COLUMNS} FROM branch b JOIN messages m ON m.id = b.id WHERE b.depth <= ?3 ORDER BY b.depth DESC`;
/** By name, because the planner would rather read all of a conversation. */
const WRITING = `SELECT ${STORED_COLUMNS} FROM messages m INDEXED BY messages_generating WHERE ${GENERATING}`;
const UNTOUCHED = `${WRITING} AND m.needs <= ${KNOWN_FORM} AND m.held_for IS NULL AND max(0, ? - m.touched_at) >= ? AND ${NOT_BURIED} ORDER BY m.touched_at LIMIT ?`;
const ENDED = `SELECT ${MESSAGE_COLUMNS} FROM messages m
  WHERE m.conversation_id = ? AND m.role = 'assistant' AND ${NOT_GENERATING} AND m.updated_at >= ?`;
const STANDING = only(STORED_FIELDS, ['conversationId', 'id', 'status', 'epoch']);
const STANDINGS = `SELECT ${columnsOf(STANDING, 'm')}
  FROM json_each(?) r CROSS JOIN messages m ON m.id = r.value ->> 1
  WHERE m.conversation_id = r.value ->> 0 AND ${NOT_BURIED}`;
const EXISTING = `SELECT ${CONVERSATION_COLUMNS}, t.conversation_id IS NOT NULL AS buried
  FROM (SELECT ? AS id) w LEFT JOIN tombstones t ON t.conversation_id = w.id LEFT JOIN conversations c ON c.id = w.id`;
const FIND_ANY = `SELECT ${MESSAGE_COLUMNS} FROM messages m WHERE m.id = ?`;
const TOUCH =
  'UPDATE conversations SET updated_at = ?, newest_message_id = coalesce(?, newest_message_id) WHERE id = ?';
/** Answers saved in one transaction; then the event loop has its turn. */
const BATCH = 50;

type TurnResult = { question: Message; answer: Writing; conversation: Conversation };

export class SqliteMessages extends Messages {
  private readonly db: SqliteDatabase;

  constructor(private readonly tables: ChatTables) {
    super();
    this.db = tables.db;
  }

  async appendTurn(turn: Turn): Promise<TurnResult> {
    this.db.requireSpace();
    return this.db.transaction(() => {
      const now = Date.now();
      const existing = this.conversation(turn);
      const standing = this.db.get<Row>(FIND_ANY, turn.answer.id);
      if (turns.isRepeat(turn, standing && rowToMessage(standing))) return this.asItStands(turn, existing, now);
      return this.insertTurn(turn, existing, now);
    });
  }

  async get(userId: string, ref: MessageRef): Promise<Message | null> {
    const message = await this.find(userId, ref.id);
    return message?.conversationId === ref.conversationId ? message : null;
  }

  async find(userId: string, id: string): Promise<Message | null> {
    const row = this.db.get<Row>(FIND, id, userId);
    return row ? rowToMessage(row) : null;
  }

  async getWriting(ref: MessageRef): Promise<Writing | null> {
    const row = this.tables.visible(ref);
    return row?.role === 'assistant' ? toWriting(row, Date.now()) : null;
  }

  async list(userId: string, conversationId: string, page: MessagePage, order: Order = 'asc'): Promise<Page<Message>> {
    const { limit, maxBytes = Infinity } = page;
    const [from] = page.cursor ? decodeCursor(page.cursor, ['string']) : [EDGES[order]];
    const where = [conversationId, from, userId] as const;
    const sizes = this.db.all<{ size: number }>(SIZES[order], ...where, limit + 1).map(({ size }) => size);
    const length = Math.min(limit, fitting(sizes, maxBytes));
    const rows = this.db.all<Row>(LIST[order], ...where, length);
    return pageOf(rows.map(rowToMessage), sizes.length > length, (last) => [last.id]);
  }

  async branch(ref: MessageRef, limit: number, maxChars = Number.MAX_SAFE_INTEGER): Promise<Message[]> {
    return this.db.all<Row>(BRANCH, ref.id, ref.conversationId, limit, maxChars).map(rowToMessage);
  }

  async claim(ref: MessageRef, owner: string, options: ClaimOptions): Promise<Claim> {
    return this.apply(ref, (row, now) => rules.claim(row, owner, options, now));
  }

  async seize(ref: MessageRef, asRead: { epoch: number; touchedAt: number }, end: AnswerEnd): Promise<boolean> {
    return this.apply(ref, (row, now) => rules.seize(row, asRead, end, now));
  }

  async finish(ref: MessageRef, epoch: number, owner: string, end: AnswerEnd): Promise<Ended | null> {
    return this.db.transaction(() => {
      const message = this.apply(ref, (row, now) => rules.finish(row, epoch, owner, end, now));
      if (!message) return null;
      return { message, conversation: this.standing(message.conversationId).conversation ?? null };
    });
  }

  async save(saves: Save[]): Promise<SaveResult[]> {
    const results: SaveResult[] = [];
    for (let i = 0; i < saves.length; i += BATCH) {
      if (i > 0) await breathe();
      const batch = saves.slice(i, i + BATCH);
      results.push(...this.db.transaction(() => batch.map((save) => this.saveOne(save))));
    }
    return results;
  }

  async letGo(ref: MessageRef, epoch: number, owner: string, state: LetGo): Promise<Writing | null> {
    return this.apply(ref, (row, now) => rules.letGo(row, epoch, owner, state, now));
  }

  async requestStop(ref: MessageRef): Promise<Writing | null> {
    return this.apply(ref, (row, now) => rules.requestStop(row, now));
  }

  async standings(refs: MessageRef[]): Promise<Standing[]> {
    const wanted = JSON.stringify(refs.map((ref) => [ref.conversationId, ref.id]));
    return this.db.all<Standing>(STANDINGS, wanted).map((row) => ({ ...row, status: statusOf(row.status) }));
  }

  async untouched(forMs: number, limit: number): Promise<Writing[]> {
    return this.writing(UNTOUCHED, Date.now(), forMs, limit);
  }

  async writingOfUser(userId: string): Promise<Writing[]> {
    return this.writing(`${WRITING} AND m.user_id = ? AND ${NOT_BURIED}`, userId);
  }

  async writingOfConversation(conversationId: string): Promise<Writing[]> {
    return this.writing(`${WRITING} AND m.conversation_id = ?`, conversationId);
  }

  async endedOfConversation(conversationId: string, withinMs: number): Promise<Message[]> {
    return this.db.all<Row>(ENDED, conversationId, Date.now() - withinMs).map(rowToMessage);
  }

  async seizeForDeletion(ref: MessageRef): Promise<Message | null> {
    return this.db.transaction(() => this.put(rules.seizeForDeletion(this.tables.message(ref), Date.now())));
  }

  /** The conversation that the turn goes to, if it is there. Refuses another user's and a buried one. */
  private conversation(turn: Turn): Conversation | undefined {
    const { conversation, buried } = this.standing(turns.conversationIdOf(turn));
    if (buried || (conversation && conversation.userId !== turn.userId)) throw turns.conversationUnknown();
    return conversation;
  }

  private standing(id: string): { conversation?: Conversation; buried: boolean } {
    const { buried, ...row } = this.db.get<Row>(EXISTING, id) as Row;
    return { conversation: row.id === null ? undefined : toConversation(row), buried: buried === 1 };
  }

  private insertTurn(turn: Turn, existing: Conversation | undefined, now: number): TurnResult {
    const conversationId = turns.conversationIdOf(turn);
    const anchorId = turns.anchorOf(turn);
    const anchor = anchorId === null ? undefined : this.tables.visible({ conversationId, id: anchorId });
    turns.checkTurn(turn, existing, anchor);
    const conversation = turns.conversationAfter(turn, existing, now);
    if (existing) this.db.run(TOUCH, now, conversation.newestMessageId, conversationId);
    else this.tables.insertConversation(conversation);
    const question = turn.question ? turns.questionRow(turn, turn.question, now) : (anchor as StoredMessage);
    if (turn.question) {
      this.tables.insertMessage(question);
      this.tables.index.add(turn.userId, question.id);
    }
    const answer = turns.answerRow(turn, now);
    this.tables.insertMessage(answer);
    return { question: toMessage(question), answer: toWriting(answer, now), conversation };
  }

  private asItStands(turn: Turn, conversation: Conversation | undefined, now: number): TurnResult {
    const conversationId = turns.conversationIdOf(turn);
    const answer = this.tables.message({ conversationId, id: turn.answer.id });
    const question = answer?.parentId && this.tables.message({ conversationId, id: answer.parentId });
    if (!answer || !question || !conversation) throw turns.conversationUnknown();
    return { question: toMessage(question), answer: toWriting(answer, now), conversation };
  }

  private apply<T>(ref: MessageRef, rule: (row: StoredMessage | undefined, now: number) => Step<T>): T {
    return this.db.transaction(() => this.put(rule(this.tables.visible(ref), Date.now())));
  }

  private put<T>({ change, result }: Step<T>): T {
    if (!change) return result;
    this.tables.writeMessage(change);
    if (change.status === 'generating') return result;
    // It has ended with this very change: an ended answer is not changed any more.
    this.db.run(TOUCH, change.updatedAt.getTime(), null, change.conversationId);
    this.tables.index.add(change.userId, change.id);
    return result;
  }

  private saveOne(save: Save): SaveResult {
    const { conversationId, id } = save;
    const held = this.tables.save(save, Date.now());
    if (held) return { conversationId, id, held: true, stop: held.stop };
    return { conversationId, id, held: false, stop: this.tables.visible(save)?.stop ?? false };
  }

  private writing(sql: string, ...values: Array<string | number>): Writing[] {
    const now = Date.now();
    return this.db.all<Row>(sql, ...values).map((row) => toWriting(rowToStored(row), now));
  }
}
