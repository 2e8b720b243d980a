import { assignments, columnsOf, fromRow, insertInto, only, type Row, valuesOf } from '../../../libs/fields/index.js';
import { namesWithout } from '../../../libs/fields/index.js';
import type { SqliteDatabase } from '../../../libs/sqlite/index.js';
import { wellFormed } from '../../../libs/text/index.js';
import {
  CONVERSATION_FIELDS,
  READ_FIELDS,
  rules,
  statusOf,
  STORED_FIELDS,
  storedStatus,
  toMessage,
} from '../store/index.js';
import type { Conversation, Message, MessageRef, Save, StoredMessage } from '../store/index.js';
import { migrateChat } from './chat-schema.js';
import { SearchIndex } from './search-index.js';

/** Of `conversations c`. */
export const CONVERSATION_COLUMNS = columnsOf(CONVERSATION_FIELDS, 'c');
export const toConversation = fromRow<Conversation>(CONVERSATION_FIELDS);

/** Of `messages m`: a message, and with who may write it. */
export const MESSAGE_COLUMNS = columnsOf(READ_FIELDS, 'm');
export const STORED_COLUMNS = columnsOf(STORED_FIELDS, 'm');
const toFields = fromRow<Message & Pick<StoredMessage, 'epoch'>>(READ_FIELDS);
const toStoredFields = fromRow<StoredMessage>(STORED_FIELDS);
export const rowToMessage = (row: Row): Message => toMessage(toFields(withStatus(row)));
export const rowToStored = (row: Row): StoredMessage => toStoredFields(withStatus(row));

function withStatus(row: Row): Row {
  row.status = statusOf(row.status as string);
  return row;
}

/** Conditions of queries over `messages m`: it is being written, in any form (see `storedStatus`); and the other way round. */
export const GENERATING = "m.status >= 'generating' AND m.status < 'generating0'";
export const NOT_GENERATING = `NOT (${GENERATING})`;
/** Another one. */
export const NOT_BURIED = 'NOT EXISTS (SELECT 1 FROM tombstones t WHERE t.conversation_id = m.conversation_id)';

const GET = `SELECT ${STORED_COLUMNS} FROM messages m WHERE m.id = ? AND m.conversation_id = ?`;
const GET_VISIBLE = `${GET} AND ${NOT_BURIED}`;

const INSERT = insertInto('messages', STORED_FIELDS);
const toValues = valuesOf<StoredMessage>(STORED_FIELDS);

const { status: STATUS, ...RUNNING } = only(STORED_FIELDS, namesWithout(STORED_FIELDS, 'fixed'));
/** Leaves the status alone, and so the index over what is being written. */
const UPDATE = `UPDATE messages SET ${assignments(RUNNING)} WHERE id = ?`;
const toChanges = valuesOf<StoredMessage>(RUNNING);
const END = `UPDATE messages SET ${assignments({ status: STATUS })}, ${assignments(RUNNING)} WHERE id = ?`;

const SAVE = `UPDATE messages AS m SET text = CASE ?1 WHEN '' THEN text ELSE ?1 END, usage = coalesce(?2, usage),
  updated_at = ?3, touched_at = max(?3, touched_at + 1)
  WHERE id = ?4 AND conversation_id = ?5 AND epoch = ?6 AND owner = ?7 AND ${GENERATING} AND ${NOT_BURIED}
  RETURNING stop`;

const INSERT_CONVERSATION = insertInto('conversations', CONVERSATION_FIELDS);
const toConversationValues = valuesOf<Conversation>(CONVERSATION_FIELDS);
const CHANGING = only(CONVERSATION_FIELDS, namesWithout(CONVERSATION_FIELDS, 'fixed'));
const UPDATE_CONVERSATION = `UPDATE conversations SET ${assignments(CHANGING)} WHERE id = ?`;
const toConversationChanges = valuesOf<Conversation>(CHANGING);

/**
 * What the SQLite adapters of this feature share: the tables, which it makes, the index of words beside them, and reads
 * and writes of single rows.
 */
export class ChatTables {
  readonly index: SearchIndex;

  constructor(readonly db: SqliteDatabase) {
    migrateChat(db);
    this.index = new SearchIndex(db);
  }

  message(ref: MessageRef): StoredMessage | undefined {
    const row = this.db.get<Row>(GET, ref.id, ref.conversationId);
    return row && rowToStored(row);
  }

  /** Not under a tombstone. */
  visible(ref: MessageRef): StoredMessage | undefined {
    const row = this.db.get<Row>(GET_VISIBLE, ref.id, ref.conversationId);
    return row && rowToStored(row);
  }

  insertMessage(message: StoredMessage): void {
    this.db.run(INSERT, ...toValues({ ...message, status: storedStatus(message) as StoredMessage['status'] }));
  }

  /** Writes all that may change of a message. */
  writeMessage(message: StoredMessage): void {
    const changes = toChanges(message);
    if (message.status === 'generating') this.db.run(UPDATE, ...changes, message.id);
    else this.db.run(END, message.status, ...changes, message.id);
  }

  /** The stop flag, where the answer was its owner's to write; else undefined. */
  save(save: Save, now: number): { stop: boolean } | undefined {
    const { id, conversationId, epoch, owner } = save;
    if (save.parts) return this.saveParts(save, now);
    const usage = save.usage && JSON.stringify(save.usage);
    const row = this.db.get<{ stop: number }>(
      SAVE,
      wellFormed(save.text),
      usage,
      now,
      id,
      conversationId,
      epoch,
      owner,
    );
    return row && { stop: row.stop === 1 };
  }

  private saveParts(save: Save, now: number): { stop: boolean } | undefined {
    const { change, result } = rules.save(this.visible(save), save, now);
    if (change) this.writeMessage(change);
    return result.held ? result : undefined;
  }

  insertConversation(conversation: Conversation): void {
    this.db.run(INSERT_CONVERSATION, ...toConversationValues(conversation));
  }

  writeConversation(conversation: Conversation): Conversation {
    this.db.run(UPDATE_CONVERSATION, ...toConversationChanges(conversation), conversation.id);
    return conversation;
  }
}
