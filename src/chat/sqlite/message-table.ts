import type { SqliteDatabase } from '../../../libs/sqlite/index.js';
import type { Conversation, MessageRef, Save, StoredMessage } from '../store/index.js';
import { ANSWER_COLUMNS, json, rowToStored, type AnswerRow } from './chat-rows.js';
import { wellFormed } from '../../../libs/text/index.js';

/** A condition of queries over `messages m`. */
export const NOT_BURIED = 'NOT EXISTS (SELECT 1 FROM tombstones t WHERE t.conversation_id = m.conversation_id)';

const GET = `SELECT ${ANSWER_COLUMNS} FROM messages m WHERE m.id = ? AND m.conversation_id = ?`;
const GET_VISIBLE = `${GET} AND ${NOT_BURIED}`;

const INSERT = `INSERT INTO messages (id, conversation_id, user_id, parent_id, role, status, endpoint, model,
  created_at, updated_at, params, epoch, touched_at, stop, attempts, deaths, text)
  VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 0, ?, 0, 0, 0, ?)`;

/** Leaves the status alone, and so the index over what is being written. */
const UPDATE = `UPDATE messages SET usage = ?, updated_at = ?, epoch = ?, owner = ?, touched_at = ?, stop = ?,
  attempts = ?, deaths = ?, due_at = ?, spent = ?, text = ? WHERE id = ?`;

const END = `UPDATE messages SET status = ?, usage = ?, error = ?, finish_reason = ?, updated_at = ?, epoch = ?, owner = ?, touched_at = ?,
  stop = ?, attempts = ?, deaths = ?, due_at = ?, spent = ?, text = ? WHERE id = ?`;

const SAVE = `UPDATE messages AS m SET text = CASE ?1 WHEN '' THEN text ELSE ?1 END, usage = coalesce(?2, usage),
  updated_at = ?3, touched_at = max(?3, touched_at + 1)
  WHERE id = ?4 AND conversation_id = ?5 AND epoch = ?6 AND owner = ?7 AND status = 'generating' AND ${NOT_BURIED}
  RETURNING stop`;

const INSERT_CONVERSATION = `INSERT INTO conversations (id, user_id, title, endpoint, model, instructions, temperature,
  pinned, archived, created_at, updated_at, newest_message_id) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`;

/** Reads and writes single rows, for `SqliteMessages`. */
export class MessageTable {
  constructor(private readonly db: SqliteDatabase) {}

  get(ref: MessageRef): StoredMessage | undefined {
    const row = this.db.get<AnswerRow>(GET, ref.id, ref.conversationId);
    return row && rowToStored(row);
  }

  /** Not under a tombstone. */
  visible(ref: MessageRef): StoredMessage | undefined {
    const row = this.db.get<AnswerRow>(GET_VISIBLE, ref.id, ref.conversationId);
    return row && rowToStored(row);
  }

  insert(row: StoredMessage): void {
    this.db.run(
      INSERT,
      row.id,
      row.conversationId,
      row.userId,
      row.parentId,
      row.role,
      row.status,
      row.endpoint,
      row.model,
      row.createdAt.getTime(),
      row.updatedAt.getTime(),
      JSON.stringify(row.params),
      row.touchedAt,
      row.text,
    );
  }

  /** Writes all that may change of a row. */
  write(row: StoredMessage): void {
    const [sql, status, why] =
      row.status === 'generating' ? [UPDATE, [], []] : [END, [row.status], [json(row.error), row.finishReason]];
    this.db.run(
      sql,
      ...status,
      json(row.usage),
      ...why,
      row.updatedAt.getTime(),
      row.epoch,
      row.owner,
      row.touchedAt,
      row.stop ? 1 : 0,
      row.attempts,
      row.deaths,
      row.dueAt,
      json(row.spent),
      row.text,
      row.id,
    );
  }

  /** The stop flag, where the row was its owner's to write; else undefined. */
  save(save: Save, now: number): { stop: boolean } | undefined {
    const { id, conversationId, epoch, owner } = save;
    const values = [wellFormed(save.text), json(save.usage), now, id, conversationId, epoch, owner];
    const row = this.db.get<{ stop: number }>(SAVE, ...values);
    return row && { stop: row.stop === 1 };
  }

  insertConversation(conversation: Conversation): void {
    this.db.run(
      INSERT_CONVERSATION,
      conversation.id,
      conversation.userId,
      conversation.title,
      conversation.endpoint,
      conversation.model,
      conversation.instructions,
      conversation.temperature,
      conversation.pinned ? 1 : 0,
      conversation.archived ? 1 : 0,
      conversation.createdAt.getTime(),
      conversation.updatedAt.getTime(),
      conversation.newestMessageId,
    );
  }
}
