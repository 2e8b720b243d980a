import type { UserDocument } from '../../auth/users/mongo/user-documents.js';
import type { Role } from '../../auth/users/user-store.js';
import { API_KEY_FIELDS } from '../../auth/keys/api-key.js';
import { type ApiKeyDocument, keyToDoc } from '../../auth/keys/mongo/key-documents.js';
import { toKey } from '../../auth/keys/sqlite/api-key-store.js';
import { columnsOf, type Row } from '../../../libs/fields/index.js';
import { GENERATING, rowToStored, toConversation } from '../../chat/sqlite/chat-tables.js';
import { type ConversationDocument, type MessageDocument, storedToDoc } from '../../chat/mongo/chat-collections.js';
import { CONVERSATION_FIELDS, STORED_FIELDS, TOMBSTONE_MS } from '../../chat/store/index.js';
import { INTERRUPTED } from '../../generation/answer/errors.js';
import { type FileDocument, fileToDoc } from '../../files/store/mongo/file-collections.js';
import { type ContentRecord, STORED_FILE_FIELDS } from '../../files/store/index.js';
import { CONTENT_COLUMNS, toContent, toFile } from '../../files/store/sqlite/file-tables.js';
import type { Source } from './source.js';

/** Read at once: so many, or so much text. */
const BATCH = 500;
const BATCH_BYTES = 4 * 1024 * 1024;
/** A tombstone that ends within this is not worth copying: it could be gone before both sides are compared. */
const ENDS_SOON_MS = 60 * 60 * 1000;

interface UserRow {
  id: string;
  name: string;
  email: string;
  password_hash: string;
  role: Role;
  disabled: number;
  deleting: number;
  created_at: number;
}

type BuriedRow = Row & { tomb: string; buried_at: number | null; removed_at: number | null };

/** All but the words of a text, which are cut only where they are stored. */
export type SourceMessage = Omit<MessageDocument, 'tokens'>;

/** What the source holds, as MongoDB's documents, each kind in the order of its ids. */
export class SourceDocuments {
  private readonly tombsSince = Date.now() - TOMBSTONE_MS + ENDS_SOON_MS;

  constructor(private readonly source: Source) {}

  hadUser(): boolean {
    return this.source.count('SELECT count(*) AS n FROM had_user') > 0;
  }

  /** An account that may have been the first. */
  oldestAdmin(): string | undefined {
    const sql = "SELECT id FROM users WHERE role = 'admin' ORDER BY created_at, id LIMIT 1";
    return this.source.db.get<{ id: string }>(sql)?.id;
  }

  /** Answers that can't go on elsewhere. */
  unfinished(): number {
    return this.source.count(`SELECT count(*) AS n ${MESSAGES} AND ${GENERATING}`);
  }

  countUsers(): number {
    return this.source.count('SELECT count(*) AS n FROM users');
  }

  countConversations(): number {
    return this.source.count(`SELECT count(*) AS n FROM (${CONVERSATION_IDS})`, this.tombsSince);
  }

  countMessages(): number {
    return this.source.count(`SELECT count(*) AS n ${MESSAGES}`);
  }

  countFiles(): number {
    return this.hasFiles ? this.source.count(`SELECT count(*) AS n ${FILES}`) : 0;
  }

  countKeys(): number {
    return this.hasKeys ? this.source.count('SELECT count(*) AS n FROM api_keys') : 0;
  }

  /** Each in a place of its own, which no key that is made there takes. */
  keys(after: string): ApiKeyDocument[] {
    if (!this.hasKeys) return [];
    const columns = columnsOf(API_KEY_FIELDS, 'k', this.source.columns('api_keys'));
    return this.source.db
      .all<Row>(`SELECT ${columns} FROM api_keys k WHERE k.id > ? ORDER BY k.id LIMIT ?`, after, BATCH)
      .map((row) => toKey(row))
      .map((key) => ({ ...keyToDoc(key), slot: key.id }));
  }

  private get hasKeys(): boolean {
    return this.source.columns('api_keys').size > 0;
  }

  /** Without those that are being deleted. Who was reading one does not where it is copied to. */
  files(after: string): FileDocument[] {
    if (!this.hasFiles) return [];
    const columns = columnsOf(STORED_FILE_FIELDS, 'f', this.source.columns('files'));
    return this.source.db
      .all<Row>(`SELECT ${columns} ${FILES} AND f.id > ? ORDER BY f.id LIMIT ?`, after, BATCH)
      .map((row) => fileToDoc({ ...toFile(row), reader: null }));
  }

  contents(after: string): ContentRecord[] {
    if (!this.hasFiles) return [];
    const sql = `SELECT ${CONTENT_COLUMNS} FROM file_contents c WHERE c.deleting = 0 AND c.id > ? ORDER BY c.id LIMIT ?`;
    return this.source.db.all<Row>(sql, after, BATCH).map(toContent);
  }

  /** A build before 0.2 had none. */
  private get hasFiles(): boolean {
    return this.source.columns('files').size > 0;
  }

  /** Which of these are in the source; of conversations, any trace of them. */
  present(kind: keyof typeof PRESENT, ids: string[]): Set<string> {
    if (kind === 'files' && !this.hasFiles) return new Set();
    if (kind === 'keys' && !this.hasKeys) return new Set();
    const rows = this.source.db.all<{ id: string }>(PRESENT[kind], JSON.stringify(ids));
    return new Set(rows.map(({ id }) => id));
  }

  users(after: string): UserDocument[] {
    return this.source.db
      .all<UserRow>('SELECT * FROM users WHERE id > ? ORDER BY id LIMIT ?', after, BATCH)
      .map((row) => ({
        ...{ _id: row.id, name: row.name, email: row.email, passwordHash: row.password_hash, role: row.role },
        ...{ disabled: row.disabled === 1, deleting: row.deleting === 1, createdAt: new Date(row.created_at) },
      }));
  }

  /** With tombstones. What lies under one that is not finished is not copied, so there it is finished. */
  conversations(after: string): ConversationDocument[] {
    const columns = columnsOf(CONVERSATION_FIELDS, 'c', this.source.columns('conversations'));
    const sql = `SELECT ${columns}, i.id AS tomb, t.buried_at, t.removed_at
      FROM (${CONVERSATION_IDS}) i LEFT JOIN tombstones t ON t.conversation_id = i.id
      LEFT JOIN conversations c ON c.id = i.id WHERE i.id > ? ORDER BY i.id LIMIT ?`;
    return this.source.db.all<BuriedRow>(sql, this.tombsSince, after, BATCH).map(toConversationDocument);
  }

  messages(after: string): SourceMessage[] {
    const { db } = this.source;
    const sizes = db.all<{ id: string; bytes: number }>(
      `SELECT m.id, octet_length(m.text) AS bytes ${MESSAGES} AND m.id > ? ORDER BY m.id LIMIT ?`,
      after,
      BATCH,
    );
    let bytes = 0;
    const last = sizes.find((size) => (bytes += size.bytes) >= BATCH_BYTES) ?? sizes.at(-1);
    if (!last) return [];
    const columns = columnsOf(STORED_FIELDS, 'm', this.source.columns('messages'));
    return db
      .all<Row>(`SELECT ${columns} ${MESSAGES} AND m.id > ? AND m.id <= ? ORDER BY m.id`, after, last.id)
      .map(toMessageDocument);
  }
}

const CONVERSATION_IDS = `SELECT id FROM conversations WHERE buried_at IS NULL
  UNION SELECT conversation_id FROM tombstones WHERE coalesce(removed_at, buried_at) > ?`;
/** Without those under a tombstone. CROSS JOIN keeps the order of ids. */
const MESSAGES = 'FROM messages m CROSS JOIN conversations c ON c.id = m.conversation_id WHERE c.buried_at IS NULL';

const FILES = 'FROM files f WHERE f.deleting = 0';

const AMONG = 'IN (SELECT value FROM json_each(?1))';
const PRESENT = {
  accounts: `SELECT id FROM users WHERE id ${AMONG}`,
  keys: `SELECT id FROM api_keys WHERE id ${AMONG}`,
  conversations: `SELECT id FROM conversations WHERE id ${AMONG}
    UNION SELECT conversation_id FROM tombstones WHERE conversation_id ${AMONG}`,
  files: `SELECT f.id AS id ${FILES} AND f.id ${AMONG}`,
  messages: `SELECT m.id AS id ${MESSAGES} AND m.id ${AMONG}`,
};

function toConversationDocument({ tomb, buried_at, removed_at, ...row }: BuriedRow): ConversationDocument {
  if (buried_at !== null) {
    const tombstone = { buriedAt: new Date(buried_at), removedAt: new Date(removed_at ?? buried_at) };
    return { _id: tomb, ...tombstone } as ConversationDocument;
  }
  const { id, ...conversation } = toConversation(row);
  return { _id: id, ...conversation, lastTurns: [] };
}

/** One that is being written ends with the text it has: who wrote it can't go on where it is copied to. */
function toMessageDocument(row: Row): SourceMessage {
  const stored = rowToStored(row);
  const { tokens: _, ...doc } = storedToDoc({ ...stored, text: '' });
  const { createdAt, updatedAt, text, status, stop } = stored;
  const times = { createdAt, updatedAt, touchedAt: new Date(stored.touchedAt) };
  const copied = { ...doc, ...times, text, writing: false, pending: null };
  if (status !== 'generating') return { ...copied, status };
  const end = stop
    ? { status: 'stopped' as const, error: null }
    : { status: 'interrupted' as const, error: INTERRUPTED };
  return { ...copied, ...end, owner: null, dueAt: null, heldFor: null };
}
