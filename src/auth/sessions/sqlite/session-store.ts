import type { SqliteDatabase } from '../../../../libs/sqlite/index.js';
import { isAhead, present, type Use } from '../rotation.js';
import { SessionStore, type RotateResult, type Session } from '../session-store.js';

const migrations = [
  `CREATE TABLE sessions (
     id TEXT PRIMARY KEY,
     user_id TEXT NOT NULL,
     created_at INTEGER NOT NULL,
     last_used_at INTEGER NOT NULL,
     expires_at INTEGER NOT NULL,
     address TEXT NOT NULL,
     user_agent TEXT NOT NULL,
     used_token INTEGER NOT NULL,
     used_at INTEGER NOT NULL
   );
   CREATE INDEX sessions_by_user ON sessions (user_id, created_at);
   CREATE INDEX sessions_by_end ON sessions (expires_at)`,
  `ALTER TABLE sessions ADD COLUMN used_by TEXT NOT NULL DEFAULT '';
   ALTER TABLE sessions ADD COLUMN shared INTEGER NOT NULL DEFAULT 0;
   ALTER TABLE sessions ADD COLUMN shared_token INTEGER NOT NULL DEFAULT -1`,
];

interface Row {
  id: string;
  user_id: string;
  created_at: number;
  last_used_at: number;
  expires_at: number;
  address: string;
  user_agent: string;
  used_token: number;
  /** When `used_token` was first presented. */
  used_at: number;
  used_by: string;
  shared: number;
  shared_token: number;
}

function toSession(row: Row): Session {
  return {
    id: row.id,
    userId: row.user_id,
    createdAt: new Date(row.created_at),
    lastUsedAt: new Date(row.last_used_at),
    expiresAt: new Date(row.expires_at),
    address: row.address,
    userAgent: row.user_agent,
    usedToken: row.used_token,
  };
}

function toUse(row: Row): Use {
  const { used_token: usedToken, used_at: usedAt, used_by: usedBy, shared, shared_token: sharedToken } = row;
  return { usedToken, usedAt, usedBy, shared, sharedToken };
}

export class SqliteSessionStore extends SessionStore {
  constructor(private readonly db: SqliteDatabase) {
    super();
    db.migrate('sessions', migrations);
  }

  async create(session: Session): Promise<void> {
    this.db.run(
      `INSERT INTO sessions
         (id, user_id, created_at, last_used_at, expires_at, address, user_agent, used_token, used_at)
       VALUES (?, ?, ?, ?, ?, ?, ?, ?, 0)`,
      session.id,
      session.userId,
      +session.createdAt,
      +session.lastUsedAt,
      +session.expiresAt,
      session.address,
      session.userAgent,
      session.usedToken,
    );
  }

  async get(id: string): Promise<Session | null> {
    const row = this.find(id, Date.now());
    return row ? toSession(row) : null;
  }

  async rotate(id: string, token: number, graceMs: number, expiresAt: Date, who: string): Promise<RotateResult> {
    return this.db.transaction(() => {
      const now = Date.now();
      const row = this.find(id, now);
      if (!row) return null;
      const use = present(token, who, toUse(row), graceMs, now);
      if (typeof use === 'string') {
        this.db.run('DELETE FROM sessions WHERE id = ?', id);
        return use;
      }
      const { usedToken, usedAt, usedBy, shared, sharedToken } = use;
      this.db.run(
        `UPDATE sessions SET last_used_at = ?, expires_at = ?, used_token = ?, used_at = ?, used_by = ?, shared = ?,
           shared_token = ? WHERE id = ?`,
        ...[now, +expiresAt, usedToken, usedAt, usedBy, shared, sharedToken, id],
      );
      const session = { ...toSession(row), usedToken, lastUsedAt: new Date(now), expiresAt };
      return { session, shared: shared > row.shared, ahead: isAhead(token, toUse(row)) };
    });
  }

  async touch(id: string): Promise<void> {
    const now = Date.now();
    this.db.run('UPDATE sessions SET last_used_at = ? WHERE id = ? AND expires_at > ?', now, id, now);
  }

  async listByUser(userId: string): Promise<Session[]> {
    const sql = `SELECT * FROM sessions WHERE user_id = ? AND expires_at > ? ORDER BY created_at DESC, id DESC`;
    return this.db.all<Row>(sql, userId, Date.now()).map(toSession);
  }

  async remove(id: string): Promise<boolean> {
    return this.db.run('DELETE FROM sessions WHERE id = ? AND expires_at > ?', id, Date.now()) === 1;
  }

  async removeByUser(userId: string, exceptId?: string): Promise<string[]> {
    const now = Date.now();
    const sql = 'DELETE FROM sessions WHERE user_id = ? AND id <> ? RETURNING id, expires_at';
    const gone = this.db.all<Pick<Row, 'id' | 'expires_at'>>(sql, userId, exceptId ?? '');
    return gone.filter((row) => row.expires_at > now).map((row) => row.id);
  }

  async prune(): Promise<void> {
    this.db.run('DELETE FROM sessions WHERE expires_at <= ?', Date.now());
  }

  private find(id: string, now: number): Row | undefined {
    return this.db.get<Row>('SELECT * FROM sessions WHERE id = ? AND expires_at > ?', id, now);
  }
}
