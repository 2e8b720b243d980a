import { statfsSync } from 'node:fs';
import { dirname } from 'node:path';
import { pathToFileURL } from 'node:url';
import Database from 'libsql';
import { AppError, dependencyDown } from '../errors/index.js';
import { keepPrivate } from './private-file.js';

type Row = Record<string, unknown>;
type Value = string | number | null | Buffer;
type Prepared = { statement: Database.Statement; columns: string[] };

/** Keeps room for the ends of running answers when the disk fills up: new work is refused below it. Bytes. */
const RESERVE_BYTES = 8 * 1024 * 1024;

/**
 * Goes to the driver as one array: a lone null or Buffer would be taken for named parameters. A boolean would abort the
 * whole process in the driver, so it is refused here.
 */
function bindable(values: Value[]): Value[] {
  for (const value of values) {
    if (typeof value === 'boolean') throw new TypeError('SQLite has no booleans: bind 0 or 1');
  }
  return values;
}

function toRow(columns: string[], values: unknown[]): Row {
  const row: Row = {};
  for (let i = 0; i < columns.length; i++) row[columns[i]] = values[i];
  return row;
}

/**
 * One SQLite file, WAL, shared by all adapters of the process. Calls are synchronous and short; each rejects (throws)
 * with `dependency_down`, the driver's error as `cause`. Statements are prepared once and kept by their text and use.
 *
 * `synchronous=NORMAL`: what is committed survives the death of the process; after a power cut the last moments may be
 * missing, the file never is damaged (https://www.sqlite.org/pragma.html#pragma_synchronous).
 */
export class SqliteDatabase {
  private readonly db: Database.Database;
  private readonly statements = new Map<string, Prepared>();
  private readonly firstRows = new Map<string, Prepared>();
  private depth = 0;
  private readonly readOnly: boolean;
  private space = { checkedAt: 0, free: Infinity };

  /**
   * `path` of the file, or `:memory:`. `readOnly`: a file that is there, which is never written to; a process that has it
   * open for writing goes on beside it.
   */
  constructor(
    readonly path: string,
    { readOnly = false }: { readOnly?: boolean } = {},
  ) {
    this.readOnly = readOnly;
    if (readOnly) {
      this.db = this.guarded(() => new Database(`${pathToFileURL(path).href}?mode=ro`));
      this.db.exec('PRAGMA busy_timeout = 5000');
      return;
    }
    keepPrivate(path);
    this.db = new Database(path);
    this.db.exec('PRAGMA journal_mode = WAL');
    this.db.exec('PRAGMA synchronous = NORMAL');
    this.db.exec('PRAGMA foreign_keys = OFF');
    this.db.exec('PRAGMA busy_timeout = 5000');
    // What is deleted is overwritten (https://www.sqlite.org/pragma.html#pragma_secure_delete).
    this.db.exec('PRAGMA secure_delete = ON');
    // The step's own text stands beside its name: a restore brings an older backup up to date with nothing but this file.
    this.db.exec(`CREATE TABLE IF NOT EXISTS migrations (
      name TEXT PRIMARY KEY, applied_at INTEGER NOT NULL, sql TEXT NOT NULL)`);
  }

  /** Runs the steps of `feature` that this file has not seen, each once and whole. Steps are only ever added. */
  migrate(feature: string, steps: string[]): void {
    steps.forEach((sql, i) => {
      const name = `${feature}/${i + 1}`;
      this.transaction(() => {
        if (this.get('SELECT 1 AS seen FROM migrations WHERE name = ?', name)) return;
        this.exec(sql);
        this.run('INSERT INTO migrations (name, applied_at, sql) VALUES (?, ?, ?)', name, Date.now(), sql);
      });
    });
  }

  /** False once `close` was called. */
  get isOpen(): boolean {
    return this.db.open;
  }

  /**
   * Changes rows; gives back how many. Not for statements with RETURNING: the driver would not run those to their end,
   * and the lock would stay; use `get` or `all`.
   */
  run(sql: string, ...values: Value[]): number {
    return this.guarded(() => this.prepare(sql).statement.run(bindable(values)).changes);
  }

  /** The first row. */
  get<T = Row>(sql: string, ...values: Value[]): T | undefined {
    return this.guarded(() => {
      const { statement, columns } = this.prepare(sql, this.firstRows);
      const row = statement.get(bindable(values)) as unknown[] | undefined;
      return row && (toRow(columns, row) as T);
    });
  }

  all<T = Row>(sql: string, ...values: Value[]): T[] {
    return this.guarded(() => {
      const { statement, columns } = this.prepare(sql);
      return (statement.all(bindable(values)) as unknown[][]).map((row) => toRow(columns, row) as T);
    });
  }

  exec(sql: string): void {
    this.guarded(() => this.db.exec(sql));
  }

  /** All or nothing. `work` must not await. Within another transaction it is part of that one. */
  transaction<T>(work: () => T): T {
    if (this.depth > 0) return work();
    this.exec('BEGIN IMMEDIATE');
    this.depth++;
    try {
      const result = work();
      this.exec('COMMIT');
      return result;
    } catch (error) {
      if (this.db.inTransaction) this.db.exec('ROLLBACK');
      throw error;
    } finally {
      this.depth--;
    }
  }

  /** Throws `dependency_down` where the disk is nearly full. Called before new work is taken on; looks once a second. */
  requireSpace(): void {
    if (this.path === ':memory:') return;
    const now = Date.now();
    if (now - this.space.checkedAt >= 1000) {
      const { bavail, bsize } = this.guarded(() => statfsSync(dirname(this.path)));
      this.space = { checkedAt: now, free: bavail * bsize };
    }
    if (this.space.free < RESERVE_BYTES) {
      throw dependencyDown('disk', new Error(`only ${this.space.free} bytes are free`));
    }
  }

  /** Really reads the file, and looks whether there is room to write. Throws where one fails. */
  ping(): void {
    this.get('SELECT count(*) AS n FROM migrations');
    this.requireSpace();
  }

  /** Any number of times. */
  close(): void {
    if (!this.db.open) return;
    // Kept statements would hold the connection open, and would still work.
    this.statements.clear();
    this.firstRows.clear();
    this.truncateLog();
    this.db.close();
  }

  /** The log holds what was deleted since. Another process that reads at this moment keeps it as it is. */
  private truncateLog(): void {
    if (this.readOnly) return;
    try {
      this.db.exec('PRAGMA busy_timeout = 0');
      this.db.exec('PRAGMA wal_checkpoint(TRUNCATE)');
    } catch {
      // Best effort: a full disk, or a log that is in use. The next start takes it up.
    }
  }

  /**
   * One for each use: after `all` the driver's `get` of the same statement does not begin again, and gives back the row
   * of the call before, whatever it is asked for.
   */
  private prepare(sql: string, statements = this.statements): Prepared {
    const known = statements.get(sql);
    if (known) return known;
    const statement = this.db.prepare(sql);
    // Arrays come out of the driver in half the time of objects, and without its `_metadata`.
    const columns = statement.reader
      ? statement
          .raw(true)
          .columns()
          .map(({ name }) => name)
      : [];
    const prepared = { statement, columns };
    statements.set(sql, prepared);
    return prepared;
  }

  private guarded<T>(work: () => T): T {
    try {
      return work();
    } catch (error) {
      if (error instanceof AppError) throw error;
      throw dependencyDown('database', error);
    }
  }
}
