import { mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import Database from 'libsql';

/** Who has the folder, as far as it could be told. */
export interface LockHolder {
  pid: number;
  /** ISO 8601. */
  startedAt: string;
  /** Where it listens, if it said so. */
  address?: string;
}

export interface AcquireOptions {
  /** How long to wait for another process to let go, in ms; 0: one try. */
  waitMs?: number;
  /** Told to whoever is refused. */
  address?: string;
  /** Called once, where another process has the folder and is waited for. */
  onWait?: (holder: LockHolder | undefined) => void;
}

/** Another process has the folder and kept it for as long as was waited. */
export class DirectoryLockedError extends Error {
  constructor(
    readonly dataDir: string,
    readonly holder: LockHolder | undefined,
  ) {
    super(`${dataDir} is in use by ${describeHolder(holder)}`);
    this.name = 'DirectoryLockedError';
  }
}

/** In words, for a message. */
export function describeHolder(holder: LockHolder | undefined): string {
  if (!holder) return 'another process';
  const address = holder.address ? ` at ${holder.address}` : '';
  return `process ${holder.pid}${address}, started ${holder.startedAt}`;
}

const POLL_MS = 100;

/** Keeps a lock that nobody remembers from being collected, and so from being let go. */
const held = new Set<DirectoryLock>();

/**
 * A folder that belongs to one process: an exclusive transaction that stays open in `lock.sqlite`. The system frees it
 * with the process, however that ends, so it never has to be removed by hand. Who holds it stands in `lock.json`, a file
 * of its own, because the locked one can't be read; it is only for messages and decides nothing.
 *
 * Nobody in the holding process may open `lock.sqlite` with fs: closing any descriptor of a file drops all of a process's
 * locks on it (POSIX, https://www.sqlite.org/howtocorrupt.html §2.2).
 */
export class DirectoryLock {
  private constructor(
    private readonly db: Database.Database,
    private readonly holderFile: string,
  ) {
    held.add(this);
  }

  /**
   * Waits at most `waitMs` (20 s), then rejects with DirectoryLockedError. Makes the folder where it is missing; where it
   * can't be used the system's error comes through.
   */
  static async acquire(dataDir: string, options: AcquireOptions = {}): Promise<DirectoryLock> {
    mkdirSync(dataDir, { recursive: true, mode: 0o700 });
    const holderFile = join(dataDir, 'lock.json');
    const until = performance.now() + (options.waitMs ?? 20_000);
    for (let waiting = false; ; waiting = true) {
      const db = tryLock(join(dataDir, 'lock.sqlite'));
      if (db) {
        writeHolder(holderFile, options.address);
        return new DirectoryLock(db, holderFile);
      }
      const left = until - performance.now();
      if (left <= 0) throw new DirectoryLockedError(dataDir, readHolder(holderFile));
      if (!waiting) options.onWait?.(readHolder(holderFile));
      await sleep(Math.min(POLL_MS, left));
    }
  }

  /** Lets go; any number of times. */
  release(): void {
    if (!this.db.open) return;
    rmSync(this.holderFile, { force: true });
    this.db.close();
    held.delete(this);
  }
}

function tryLock(path: string): Database.Database | undefined {
  // No waiting inside SQLite: that would stop the event loop, and with it Ctrl-C.
  const db = new Database(path, { timeout: 0 });
  try {
    // Not WAL: there, even an exclusive transaction lets others in.
    db.exec('PRAGMA journal_mode = DELETE');
    db.exec('BEGIN EXCLUSIVE');
    return db;
  } catch (error) {
    db.close();
    if ((error as { code?: string }).code === 'SQLITE_BUSY') return undefined;
    throw error;
  }
}

function writeHolder(path: string, address: string | undefined): void {
  const holder: LockHolder = { pid: process.pid, startedAt: new Date().toISOString(), address };
  const draft = `${path}.${process.pid}`;
  writeFileSync(draft, `${JSON.stringify(holder)}\n`);
  renameSync(draft, path);
}

function readHolder(path: string): LockHolder | undefined {
  try {
    return JSON.parse(readFileSync(path, 'utf8')) as LockHolder;
  } catch {
    // Between taking the lock and writing the file, or the file is damaged: the message does without.
    return undefined;
  }
}
