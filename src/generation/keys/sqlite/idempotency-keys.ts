import type { SqliteDatabase } from '../../../../libs/sqlite/index.js';
import { IdempotencyKeys, KEY_LIFE_MS, type AskIds, type KeyRecord } from '../idempotency-keys.js';

// Nearly all keys are accepted ones: the sweep, which looks for the others every few seconds, has an index without those.
const migrations = [
  `CREATE TABLE idempotency_keys (
     user_id TEXT NOT NULL,
     key TEXT NOT NULL,
     fingerprint TEXT NOT NULL,
     conversation_id TEXT NOT NULL,
     user_message_id TEXT NOT NULL,
     message_id TEXT NOT NULL,
     accepted INTEGER NOT NULL,
     claimed_at INTEGER NOT NULL,
     PRIMARY KEY (user_id, key)
   ) WITHOUT ROWID;
   CREATE INDEX idempotency_keys_by_age ON idempotency_keys (claimed_at);
   CREATE INDEX idempotency_keys_unaccepted ON idempotency_keys (claimed_at) WHERE accepted = 0`,
];

const CLAIM = `INSERT INTO idempotency_keys
    (user_id, key, fingerprint, conversation_id, user_message_id, message_id, accepted, claimed_at)
  VALUES (?, ?, ?, ?, ?, ?, 0, ?)
  ON CONFLICT DO UPDATE SET fingerprint = excluded.fingerprint, conversation_id = excluded.conversation_id,
    user_message_id = excluded.user_message_id, message_id = excluded.message_id, accepted = 0,
    claimed_at = excluded.claimed_at
  WHERE claimed_at <= ?`;
/** By name: the planner can't know how few they are. */
const UNACCEPTED = `SELECT * FROM idempotency_keys INDEXED BY idempotency_keys_unaccepted
  WHERE accepted = 0 AND claimed_at > ? AND max(0, ? - claimed_at) >= ? ORDER BY claimed_at LIMIT ?`;

interface Row {
  user_id: string;
  key: string;
  fingerprint: string;
  conversation_id: string;
  user_message_id: string;
  message_id: string;
  accepted: number;
  claimed_at: number;
}

/** The age is never negative, though the clock may be set back. */
function toRecord(row: Row, now: number): KeyRecord {
  return {
    userId: row.user_id,
    key: row.key,
    fingerprint: row.fingerprint,
    ids: { conversationId: row.conversation_id, userMessageId: row.user_message_id, messageId: row.message_id },
    accepted: row.accepted === 1,
    ageMs: Math.max(0, now - row.claimed_at),
  };
}

export class SqliteIdempotencyKeys extends IdempotencyKeys {
  constructor(private readonly db: SqliteDatabase) {
    super();
    db.migrate('idempotency-keys', migrations);
  }

  async claim(userId: string, key: string, fingerprint: string, ids: AskIds): Promise<KeyRecord | null> {
    this.db.requireSpace();
    const { conversationId, userMessageId, messageId } = ids;
    return this.db.transaction(() => {
      const now = Date.now();
      const values = [userId, key, fingerprint, conversationId, userMessageId, messageId, now, now - KEY_LIFE_MS];
      return this.db.run(CLAIM, ...values) === 1 ? null : this.find(userId, key, now);
    });
  }

  async get(userId: string, key: string): Promise<KeyRecord | null> {
    return this.find(userId, key, Date.now());
  }

  async takeOver(userId: string, key: string, minAgeMs: number): Promise<boolean> {
    const now = Date.now();
    const changed = this.db.run(
      `UPDATE idempotency_keys SET claimed_at = ?
       WHERE user_id = ? AND key = ? AND accepted = 0 AND claimed_at > ? AND max(0, ? - claimed_at) >= ?`,
      now,
      userId,
      key,
      now - KEY_LIFE_MS,
      now,
      minAgeMs,
    );
    return changed === 1;
  }

  async accept(userId: string, key: string, messageId: string): Promise<void> {
    const sql = 'UPDATE idempotency_keys SET accepted = 1 WHERE user_id = ? AND key = ? AND message_id = ?';
    this.db.run(sql, userId, key, messageId);
  }

  async free(userId: string, key: string, messageId: string, minAgeMs = 0): Promise<void> {
    const sql = `DELETE FROM idempotency_keys
      WHERE user_id = ? AND key = ? AND message_id = ? AND accepted = 0 AND max(0, ? - claimed_at) >= ?`;
    this.db.run(sql, userId, key, messageId, Date.now(), minAgeMs);
  }

  async unaccepted(olderThanMs: number, limit: number): Promise<KeyRecord[]> {
    const now = Date.now();
    const rows = this.db.all<Row>(UNACCEPTED, now - KEY_LIFE_MS, now, olderThanMs, limit);
    return rows.map((row) => toRecord(row, now));
  }

  async removeByUser(userId: string): Promise<void> {
    this.db.run('DELETE FROM idempotency_keys WHERE user_id = ?', userId);
  }

  async prune(): Promise<void> {
    this.db.run('DELETE FROM idempotency_keys WHERE claimed_at <= ?', Date.now() - KEY_LIFE_MS);
  }

  private find(userId: string, key: string, now: number): KeyRecord | null {
    const sql = 'SELECT * FROM idempotency_keys WHERE user_id = ? AND key = ? AND claimed_at > ?';
    const row = this.db.get<Row>(sql, userId, key, now - KEY_LIFE_MS);
    return row ? toRecord(row, now) : null;
  }
}
