import { Pace } from '../../../../libs/async/index.js';
import { decodeCursor, toPage, type Page, type PageRequest } from '../../../../libs/paging/index.js';
import type { SqliteDatabase } from '../../../../libs/sqlite/index.js';
import { emailTaken, isActiveAdmin, lastAdmin } from '../user-rules.js';
import { holdsPart } from '../user-search.js';
import { UserStore, type Role, type User } from '../user-store.js';

const migrations = [
  `CREATE TABLE users (
     id TEXT PRIMARY KEY,
     name TEXT NOT NULL,
     email TEXT NOT NULL UNIQUE,
     password_hash TEXT NOT NULL,
     role TEXT NOT NULL,
     disabled INTEGER NOT NULL,
     deleting INTEGER NOT NULL,
     created_at INTEGER NOT NULL
   );
   CREATE INDEX users_by_age ON users (created_at, id);
   CREATE TABLE had_user (id INTEGER PRIMARY KEY CHECK (id = 1))`,
];

interface Row {
  id: string;
  name: string;
  email: string;
  password_hash: string;
  role: Role;
  disabled: number;
  deleting: number;
  created_at: number;
}

function toUser(row: Row): User {
  return {
    id: row.id,
    name: row.name,
    email: row.email,
    passwordHash: row.password_hash,
    role: row.role,
    disabled: row.disabled === 1,
    deleting: row.deleting === 1,
    createdAt: new Date(row.created_at),
  };
}

/** Where somebody stands in the list. */
type Place = [createdAt: number, id: string];
const START: Place = [-1, ''];
const placeOf = ({ createdAt, id }: User): Place => [+createdAt, id];

/** Accounts that a search reads at once: a millisecond's work. */
const BATCH = 200;

export class SqliteUserStore extends UserStore {
  constructor(private readonly db: SqliteDatabase) {
    super();
    db.migrate('users', migrations);
  }

  async create(user: {
    id: string;
    name: string;
    email: string;
    passwordHash: string;
    role: Role | 'first';
  }): Promise<User> {
    this.db.requireSpace();
    const email = user.email.toLowerCase();
    return this.db.transaction(() => {
      if (this.db.get('SELECT 1 FROM users WHERE email = ?', email)) throw emailTaken();
      // The row stays when the account goes: nobody is the first twice.
      const isFirst = this.db.run('INSERT INTO had_user (id) VALUES (1) ON CONFLICT DO NOTHING') === 1;
      const role = user.role === 'first' ? (isFirst ? 'admin' : 'user') : user.role;
      this.db.run(
        `INSERT INTO users (id, name, email, password_hash, role, disabled, deleting, created_at)
         VALUES (?, ?, ?, ?, ?, 0, 0, ?)`,
        user.id,
        user.name,
        email,
        user.passwordHash,
        role,
        Date.now(),
      );
      return this.find(user.id)!;
    });
  }

  async everHadUser(): Promise<boolean> {
    return this.db.get('SELECT 1 FROM had_user') !== undefined;
  }

  async findById(id: string): Promise<User | null> {
    return this.find(id);
  }

  async findByEmail(email: string): Promise<User | null> {
    const row = this.db.get<Row>('SELECT * FROM users WHERE email = ?', email.toLowerCase());
    return row ? toUser(row) : null;
  }

  /** SQLite folds ASCII alone: a search reads all accounts, some at a time. */
  async list({ limit, cursor }: PageRequest, q?: string): Promise<Page<User>> {
    let from = cursor === undefined ? START : decodeCursor(cursor, ['number', 'string']);
    if (q === undefined) return toPage(this.younger(from, limit + 1), limit, placeOf);
    const isWanted = holdsPart(q);
    const found: User[] = [];
    const pace = new Pace();
    for (;;) {
      const some = this.younger(from, BATCH);
      found.push(...some.filter(isWanted));
      if (found.length > limit || some.length < BATCH) return toPage(found, limit, placeOf);
      from = placeOf(some[BATCH - 1]);
      await pace.restIfDue();
    }
  }

  async rename(id: string, name: string): Promise<User | null> {
    this.db.run('UPDATE users SET name = ? WHERE id = ?', name, id);
    return this.find(id);
  }

  async setPasswordHash(id: string, passwordHash: string, expectedHash?: string): Promise<boolean> {
    const changed = this.db.run(
      'UPDATE users SET password_hash = ? WHERE id = ? AND password_hash = coalesce(?, password_hash)',
      passwordHash,
      id,
      expectedHash ?? null,
    );
    return changed === 1;
  }

  async change(id: string, change: { role?: Role; disabled?: boolean }): Promise<User | null> {
    return this.db.transaction(() => {
      const user = this.find(id);
      if (!user) return null;
      const next = { ...user, role: change.role ?? user.role, disabled: change.disabled ?? user.disabled };
      if (isActiveAdmin(user) && !isActiveAdmin(next) && !this.hasOtherAdmin(id)) throw lastAdmin();
      this.db.run('UPDATE users SET role = ?, disabled = ? WHERE id = ?', next.role, next.disabled ? 1 : 0, id);
      return next;
    });
  }

  async markDeleting(id: string): Promise<boolean> {
    return this.db.transaction(() => {
      const user = this.find(id);
      if (!user) return false;
      const remain = this.db.get('SELECT 1 FROM users WHERE id <> ? AND deleting = 0 LIMIT 1', id) !== undefined;
      if (isActiveAdmin(user) && remain && !this.hasOtherAdmin(id)) throw lastAdmin();
      this.db.run('UPDATE users SET deleting = 1 WHERE id = ?', id);
      return true;
    });
  }

  async deleting(): Promise<User[]> {
    return this.db.all<Row>('SELECT * FROM users WHERE deleting = 1').map(toUser);
  }

  async remove(id: string): Promise<void> {
    this.db.run('DELETE FROM users WHERE id = ?', id);
  }

  private find(id: string): User | null {
    const row = this.db.get<Row>('SELECT * FROM users WHERE id = ?', id);
    return row ? toUser(row) : null;
  }

  private younger([afterMs, afterId]: Place, limit: number): User[] {
    const sql = 'SELECT * FROM users WHERE (created_at, id) > (?, ?) ORDER BY created_at, id LIMIT ?';
    return this.db.all<Row>(sql, afterMs, afterId, limit).map(toUser);
  }

  private hasOtherAdmin(id: string): boolean {
    const sql = `SELECT 1 FROM users WHERE id <> ? AND role = 'admin' AND disabled = 0 AND deleting = 0 LIMIT 1`;
    return this.db.get(sql, id) !== undefined;
  }
}
