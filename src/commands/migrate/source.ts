import { createHash } from 'node:crypto';
import { CHAT_STEPS } from '../../chat/sqlite/chat-schema.js';
import { API_KEY_STEPS } from '../../auth/keys/sqlite/key-schema.js';
import { FILE_STEPS } from '../../files/store/sqlite/file-schema.js';
import { exists } from '../backup/backup.js';
import { mustBeSqlite } from '../backup/restore.js';
import { SqliteDatabase } from '../../../libs/sqlite/index.js';

/** The steps of each feature that this version knows. */
export const KNOWN_STEPS: Record<string, number> = {
  ...{ users: 1, chat: CHAT_STEPS.length, sessions: 2, 'idempotency-keys': 1, files: FILE_STEPS.length },
  'api-keys': API_KEY_STEPS.length,
};
/** Those without which there is nothing to read. */
const NEEDED = ['users/1', 'chat/1'];

/**
 * A database file of the product as of one moment: one read transaction from `open` to `close`. It is never written to,
 * and a server may go on writing beside it; its log of changes (-wal) can't shrink meanwhile.
 */
export class Source {
  private constructor(
    readonly db: SqliteDatabase,
    /** Tells this database from others; its backups are the same. */
    readonly id: string,
  ) {}

  /** Rejects where the file is not there, is something else, or comes from a newer version. */
  static async open(file: string): Promise<Source> {
    if (!(await exists(file))) throw new Error(`There is no file ${file}.`);
    await mustBeSqlite(file);
    const db = new SqliteDatabase(file, { readOnly: true });
    try {
      db.exec('BEGIN');
      return new Source(db, identify(db, file));
    } catch (error) {
      db.close();
      throw error;
    }
  }

  /** When anything of it was changed last, as far as that is written down. */
  newestAt(): number {
    const columns = ['messages.updated_at', 'conversations.updated_at', 'users.created_at', 'tombstones.buried_at'];
    const times = columns.map((column) => {
      const [table, name] = column.split('.');
      return this.db.get<{ at: number | null }>(`SELECT max(${name}) AS at FROM ${table}`)?.at ?? 0;
    });
    return Math.max(...times);
  }

  /** The columns of a table in this file: one of an older version has fewer, and is read as it is. */
  columns(table: string): Set<string> {
    const rows = this.db.all<{ name: string }>('SELECT name FROM pragma_table_info(?)', table);
    return new Set(rows.map(({ name }) => name));
  }

  count(sql: string, ...values: number[]): number {
    return this.db.get<{ n: number }>(sql, ...values)?.n ?? 0;
  }

  /** Any number of times. */
  close(): void {
    this.db.close();
  }
}

/** Each file has its own times of the first steps, which backups keep. */
function identify(db: SqliteDatabase, file: string): string {
  const isOurs = db.get("SELECT 1 AS yes FROM sqlite_schema WHERE type = 'table' AND name = 'migrations'");
  const steps = isOurs ? db.all<{ name: string; applied_at: number }>('SELECT name, applied_at FROM migrations') : [];
  const names = new Set(steps.map(({ name }) => name));
  if (!NEEDED.every((name) => names.has(name))) {
    throw new Error(`${file} is a database, but not one of this product.`);
  }
  const strange = [...names].filter((name) => !isKnown(name));
  if (strange.length > 0) {
    throw new Error(`${file} comes from a newer version (${strange.join(', ')}). Update first.`);
  }
  const first = NEEDED.map((needed) => steps.find(({ name }) => name === needed)?.applied_at);
  return createHash('sha256').update(JSON.stringify(first)).digest('base64url').slice(0, 8);
}

function isKnown(step: string): boolean {
  const [feature, number] = step.split('/');
  return Object.hasOwn(KNOWN_STEPS, feature) && Number(number) <= KNOWN_STEPS[feature];
}
