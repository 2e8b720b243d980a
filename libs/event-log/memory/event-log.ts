import { elapsedMs, every, type Ticker } from '../../async/index.js';
import {
  type AppendResult,
  comparePositions,
  EventLog,
  type LogEntry,
  type LogListener,
  type LogPosition,
  type LogSlice,
} from '../event-log.js';

const LIVE_MS = 86_400_000;
const SWEEP_MS = 10_000;
/** What an entry costs beside its text, about; bytes. */
const ENTRY_BYTES = 120;

interface Log {
  key: string;
  /** In order of position. */
  entries: LogEntry[];
  /** Index in `entries` of each epoch's first one. */
  epochs: Map<number, number>;
  ended: boolean;
  expiresAt: number;
  bytes: number;
}

/**
 * Logs in this process, gone with it. Its limit is memory: of logs that have ended the oldest are dropped beyond
 * `maxEndedBytes` (default 64 MiB), before their time; those that have not ended are never dropped.
 */
export class MemoryEventLog extends EventLog {
  private readonly logs = new Map<string, Log>();
  /** Those that have ended, oldest end first. */
  private readonly ended = new Map<string, Log>();
  private endedBytes = 0;
  private readonly listeners = new Map<string, Set<LogListener>>();
  private readonly ticker: Ticker;

  constructor(private readonly maxEndedBytes = 64 * 1024 * 1024) {
    super();
    this.ticker = every(SWEEP_MS, () => this.sweep());
  }

  async open(key: string, entries: LogEntry[]): Promise<AppendResult> {
    const log = this.find(key);
    if (!log) {
      const made: Log = { key, entries: [], epochs: new Map(), ended: false, expiresAt: 0, bytes: 0 };
      this.logs.set(key, made);
      this.write(made, entries);
      return 'written';
    }
    const { epoch } = lastOf(log);
    return this.appendTo(
      log,
      entries.filter((entry) => entry.epoch >= epoch),
    );
  }

  async append(key: string, entries: LogEntry[], end?: { retainMs: number }): Promise<AppendResult> {
    const log = this.find(key);
    return log ? this.appendTo(log, entries, end) : 'missing';
  }

  async seal(key: string, content: Pick<LogEntry, 'event' | 'data'>, retainMs: number): Promise<boolean> {
    const log = this.find(key);
    if (!log) return false;
    const { epoch, seq } = lastOf(log);
    if (log.ended) log.expiresAt = Math.min(log.expiresAt, elapsedMs() + retainMs);
    else this.write(log, [{ epoch, seq: seq + 1, ...content }], { retainMs });
    return true;
  }

  async read(key: string, after: LogPosition | undefined, limit: number): Promise<LogSlice | null> {
    const log = this.find(key);
    if (!log) return null;
    const start = after ? indexAfter(log, after) : 0;
    const { epoch, seq } = lastOf(log);
    return { entries: log.entries.slice(start, start + limit), last: { epoch, seq }, ended: log.ended };
  }

  async heads(key: string): Promise<{ created: LogEntry; epoch: LogEntry } | null> {
    const log = this.find(key);
    if (!log) return null;
    const first = log.epochs.get(lastOf(log).epoch) as number;
    return { created: log.entries[0], epoch: log.entries[first] };
  }

  async subscribe(key: string, listener: LogListener): Promise<() => void> {
    let listeners = this.listeners.get(key);
    if (!listeners) this.listeners.set(key, (listeners = new Set()));
    // The same listener may subscribe twice: each subscription is its own.
    const mine: LogListener = {
      entries: (entries) => listener.entries(entries),
      interrupted: () => listener.interrupted(),
    };
    listeners.add(mine);
    return () => {
      listeners.delete(mine);
      if (listeners.size === 0 && this.listeners.get(key) === listeners) this.listeners.delete(key);
    };
  }

  async delete(key: string): Promise<void> {
    const log = this.logs.get(key);
    if (log) this.drop(log);
  }

  async close(): Promise<void> {
    await this.ticker.stop();
    this.listeners.clear();
  }

  private appendTo(log: Log, entries: LogEntry[], end?: { retainMs: number }): AppendResult {
    requireNoHole(entries);
    const last = lastOf(log);
    const fresh = entries.filter((entry) => comparePositions(entry, last) > 0);
    if (fresh.length === 0) {
      if (entries[entries.length - 1]?.epoch !== last.epoch) return 'fenced';
      if (end && !log.ended) this.end(log, end.retainMs);
      return 'written';
    }
    if (log.ended || entries.some((entry) => entry.epoch < last.epoch)) return 'fenced';
    if (!follows(fresh[0], last)) return 'missing';
    this.write(log, fresh, end);
    return 'written';
  }

  private write(log: Log, entries: LogEntry[], end?: { retainMs: number }): void {
    for (const entry of entries) {
      if (entry.seq === 0) log.epochs.set(entry.epoch, log.entries.length);
      log.entries.push(entry);
      log.bytes += entry.data.length * 2 + ENTRY_BYTES;
    }
    log.expiresAt = elapsedMs() + LIVE_MS;
    if (end) this.end(log, end.retainMs);
    this.notify(log.key, entries);
  }

  private end(log: Log, retainMs: number): void {
    log.ended = true;
    log.expiresAt = elapsedMs() + retainMs;
    this.ended.set(log.key, log);
    this.endedBytes += log.bytes;
    if (retainMs === 0) this.drop(log);
    for (const oldest of this.ended.values()) {
      if (this.endedBytes <= this.maxEndedBytes) break;
      this.drop(oldest);
    }
  }

  private notify(key: string, entries: LogEntry[]): void {
    const listeners = this.listeners.get(key);
    if (!listeners) return;
    for (const listener of [...listeners]) {
      try {
        listener.entries(entries);
      } catch (error) {
        // The writer must not suffer for a reader.
        process.emitWarning(error instanceof Error ? error : String(error));
      }
    }
  }

  private find(key: string): Log | undefined {
    const log = this.logs.get(key);
    if (log && log.expiresAt <= elapsedMs()) {
      this.drop(log);
      return undefined;
    }
    return log;
  }

  private drop(log: Log): void {
    if (this.logs.get(log.key) === log) this.logs.delete(log.key);
    if (this.ended.get(log.key) !== log) return;
    this.ended.delete(log.key);
    this.endedBytes -= log.bytes;
  }

  private sweep(): void {
    const now = elapsedMs();
    for (const log of this.logs.values()) if (log.expiresAt <= now) this.drop(log);
  }
}

function lastOf(log: Log): LogEntry {
  return log.entries[log.entries.length - 1];
}

/** Where the entries after a position begin. Of an epoch that is not there, or beyond it: with the next one. */
function indexAfter(log: Log, { epoch, seq }: LogPosition): number {
  const first = log.epochs.get(epoch);
  let next = log.entries.length;
  for (const [other, index] of log.epochs) if (other > epoch && index < next) next = index;
  return first === undefined ? next : Math.min(next, first + seq + 1);
}

/** A hole within a batch is a bug of whoever writes it. */
function requireNoHole(entries: LogEntry[]): void {
  for (const [i, entry] of entries.entries()) {
    if (i === 0 || follows(entry, entries[i - 1])) continue;
    throw new Error(`${entry.epoch}-${entry.seq} would leave a hole in the log`);
  }
}

function follows(entry: LogPosition, before: LogPosition): boolean {
  return entry.epoch === before.epoch ? entry.seq === before.seq + 1 : entry.epoch > before.epoch && entry.seq === 0;
}
