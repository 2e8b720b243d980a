import { setImmediate as breathe } from 'node:timers/promises';
import type { Row } from '../../../libs/fields/index.js';
import { decodeCursor, toPage, type Page, type PageRequest } from '../../../libs/paging/index.js';
import type { SqliteDatabase } from '../../../libs/sqlite/index.js';
import { wellFormed } from '../../../libs/text/index.js';
import {
  changeOf,
  type Conversation,
  type ConversationPatch,
  Conversations,
  type Titled,
  TOMBSTONE_MS,
} from '../store/index.js';
import { type ChatTables, CONVERSATION_COLUMNS, toConversation } from './chat-tables.js';

const GET = `SELECT ${CONVERSATION_COLUMNS} FROM conversations c WHERE c.id = ? AND c.buried_at IS NULL`;
const OF_USER = `FROM conversations c
  WHERE c.user_id = ? AND c.archived = ? AND (c.updated_at, c.id) < (?, ?) AND c.buried_at IS NULL`;
const NEWEST_FIRST = 'ORDER BY c.updated_at DESC, c.id DESC LIMIT ?';
const LIST = `SELECT ${CONVERSATION_COLUMNS} ${OF_USER}`;
/** The pinned ones by literal, so that their own index serves. */
const LISTS = {
  all: `${LIST} ${NEWEST_FIRST}`,
  pinned: `${LIST} AND c.pinned = 1 ${NEWEST_FIRST}`,
  others: `${LIST} AND c.pinned = 0 ${NEWEST_FIRST}`,
};
/** These columns come before the instructions, of which nothing is read. */
const TITLES = `SELECT c.id, c.title, c.updated_at ${OF_USER} ${NEWEST_FIRST}`;
/** Dropped in one transaction: so many messages, or so many bytes and one message more; then the event loop has its turn. */
const BATCH = 100;
const BATCH_BYTES = 256 * 1024;

interface TitleRow {
  id: string;
  title: string;
  updated_at: number;
}

function placeOf({ updatedAt, id }: Titled): [number, string] {
  return [updatedAt.getTime(), id];
}

export class SqliteConversations extends Conversations {
  private readonly db: SqliteDatabase;

  constructor(private readonly tables: ChatTables) {
    super();
    this.db = tables.db;
  }

  async get(userId: string, id: string): Promise<Conversation | null> {
    const conversation = this.read(id);
    return conversation?.userId === userId ? conversation : null;
  }

  async list(
    userId: string,
    filter: { archived: boolean; pinned?: boolean },
    page: PageRequest,
  ): Promise<Page<Conversation>> {
    const sql = filter.pinned === undefined ? LISTS.all : filter.pinned ? LISTS.pinned : LISTS.others;
    const rows = this.newestFirst<Row>(sql, userId, filter.archived, page);
    return toPage(rows.map(toConversation), page.limit, placeOf);
  }

  async titles(userId: string, { archived }: { archived: boolean }, page: PageRequest): Promise<Page<Titled>> {
    const rows = this.newestFirst<TitleRow>(TITLES, userId, archived, page);
    const titled = rows.map(({ id, title, updated_at }) => ({ id, title, updatedAt: new Date(updated_at) }));
    return toPage(titled, page.limit, placeOf);
  }

  async update(userId: string, id: string, patch: ConversationPatch): Promise<Conversation | null> {
    return this.db.transaction(() => {
      const stands = this.read(id);
      if (stands?.userId !== userId) return null;
      return this.tables.writeConversation({ ...stands, ...changeOf(patch, Date.now()) });
    });
  }

  async retitle(id: string, expected: string, title: string): Promise<Conversation | null> {
    return this.db.transaction(() => {
      const stands = this.read(id);
      if (stands?.title !== wellFormed(expected)) return null;
      return this.tables.writeConversation({ ...stands, title: wellFormed(title) });
    });
  }

  async bury(userId: string, id: string): Promise<boolean> {
    return this.db.transaction(() => {
      const row = this.db.get<{ user_id: string }>('SELECT user_id FROM conversations WHERE id = ?', id);
      if (row?.user_id !== userId) return false;
      this.layTombstone(id);
      return true;
    });
  }

  async isBuried(id: string): Promise<boolean> {
    return this.db.get('SELECT 1 AS yes FROM tombstones WHERE conversation_id = ?', id) !== undefined;
  }

  async unfinishedBurials(olderThanMs: number, limit: number): Promise<Array<{ id: string; userId: string }>> {
    const rows = this.db.all<{ conversation_id: string; user_id: string }>(
      `SELECT conversation_id, user_id FROM tombstones WHERE removed_at IS NULL AND buried_at <= ?
       ORDER BY buried_at LIMIT ?`,
      Date.now() - olderThanMs,
      limit,
    );
    return rows.map((row) => ({ id: row.conversation_id, userId: row.user_id }));
  }

  async remove(id: string): Promise<void> {
    this.db.transaction(() => this.layTombstone(id));
    while (this.removeMessages(id)) await breathe();
    this.db.transaction(() => {
      const now = Date.now();
      this.db.run('DELETE FROM conversations WHERE id = ?', id);
      this.db.run('UPDATE tombstones SET removed_at = ? WHERE conversation_id = ? AND removed_at IS NULL', now, id);
      this.db.run('DELETE FROM tombstones WHERE removed_at < ?', now - TOMBSTONE_MS);
    });
  }

  async idsOfUser(userId: string, limit: number): Promise<string[]> {
    const rows = this.db.all<{ id: string }>('SELECT id FROM conversations WHERE user_id = ? LIMIT ?', userId, limit);
    return rows.map((row) => row.id);
  }

  private read(id: string): Conversation | undefined {
    const row = this.db.get<Row>(GET, id);
    return row && toConversation(row);
  }

  private newestFirst<T>(sql: string, userId: string, archived: boolean, { limit, cursor }: PageRequest): T[] {
    const [time, id] = cursor ? decodeCursor(cursor, ['number', 'string']) : [Number.MAX_SAFE_INTEGER, ''];
    return this.db.all<T>(sql, userId, archived ? 1 : 0, time, id, limit + 1);
  }

  /** Where there is a conversation, and no tombstone yet. */
  private layTombstone(id: string): void {
    this.db.run(
      `INSERT INTO tombstones (conversation_id, user_id, buried_at) SELECT id, user_id, ? FROM conversations WHERE id = ?
       ON CONFLICT DO NOTHING`,
      Date.now(),
      id,
    );
    this.db.run('UPDATE conversations SET buried_at = ? WHERE id = ? AND buried_at IS NULL', Date.now(), id);
  }

  private removeMessages(conversationId: string): boolean {
    return this.db.transaction(() => {
      const rows = this.db.all<{ id: string; user_id: string; size: number }>(
        'SELECT id, user_id, octet_length(text) AS size FROM messages WHERE conversation_id = ? LIMIT ?',
        conversationId,
        BATCH,
      );
      let bytes = 0;
      for (const row of rows) {
        if (bytes >= BATCH_BYTES) break;
        bytes += row.size;
        this.tables.index.remove(row.user_id, row.id);
        this.db.run('DELETE FROM messages WHERE id = ?', row.id);
      }
      return rows.length > 0;
    });
  }
}
