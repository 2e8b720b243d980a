/** Where an entry stands: `epoch` counts owners (from 1), `seq` counts entries of that epoch (from 0, without holes). */
export interface LogPosition {
  epoch: number;
  seq: number;
}

/** One entry. `data` is one line of JSON, never parsed here. */
export interface LogEntry extends LogPosition {
  event: string;
  data: string;
}

/** What a write came to. See `append`. */
export type AppendResult = 'written' | 'fenced' | 'missing';

/** What a read found. `last` is the newest entry's position, whatever was asked for; `ended` whether it is the end. */
export interface LogSlice {
  entries: LogEntry[];
  last: LogPosition;
  ended: boolean;
}

export interface LogListener {
  /** Entries just written, in order. A notice may be lost or come twice: compare positions, and `read` what is missing. */
  entries(entries: LogEntry[]): void;
  /** Notices may have been lost (a reconnect): `read` again. */
  interrupted(): void;
}

/**
 * The event log of a generation: an append-only list of entries from which any number of readers stream, each from its
 * own position. `key` names the log.
 *
 * - **One writer an epoch.** Ids are explicit: an append of an older epoch than the newest entry's is *fenced*, nothing
 *   is written. A new epoch begins at seq 0; within an epoch an entry follows its predecessor's seq + 1.
 * - **Never a hole.** A log whose newest entries were lost (a backend that kept all but its last second) is as good as
 *   lost: an append that does not follow on what stands is `missing`, and writes nothing. A hole within the batch rejects:
 *   that is a bug of the caller.
 * - **The same write twice is once.** Entries that already stand (last position of the same epoch, same seq or later)
 *   count as written; of a half-written batch the rest is written.
 * - **After the end nothing more.** An append with `end` closes the log; later entries are `fenced`.
 * - Atomic: writing, closing and notifying are one step; readers never see half of a batch out of order.
 * - A log that has not ended lives 24 h after its last append and is never dropped to save space. One that has ended
 *   lives `retainMs` (0: gone at once; more than 25 days works).
 * - Rejects with `dependency_down` where the backend does not answer; then the outcome is unknown: repeat the same call.
 */
export abstract class EventLog {
  /**
   * Writes the first entries of a log. Where the log is missing it is made, even when `entries` begin in a later epoch
   * (`1-0`, then `3-0`): who opens it anew after a loss knows no others. Where it exists this is an `append` of those
   * entries that are not of an older epoch than its newest; where all are, `fenced`.
   */
  abstract open(key: string, entries: LogEntry[]): Promise<AppendResult>;

  /**
   * Appends entries of one epoch. `missing`: there is no such log (never made, expired, lost), or not
   * all of it: what these entries follow on is not there.
   * `end` closes it with these entries, and sets how long it is kept from now on.
   */
  abstract append(key: string, entries: LogEntry[], end?: { retainMs: number }): Promise<AppendResult>;

  /**
   * Closes the log with one entry more behind its newest, in that one's epoch, whoever writes it meanwhile: from then on
   * its writer is fenced. A log that has ended keeps its end, and lives at most `retainMs` from now on. False: missing.
   */
  abstract seal(key: string, content: Pick<LogEntry, 'event' | 'data'>, retainMs: number): Promise<boolean>;

  /** Entries after a position (exclusive; undefined: from the beginning), oldest first, at most `limit`. Null: missing. */
  abstract read(key: string, after: LogPosition | undefined, limit: number): Promise<LogSlice | null>;

  /** The first entry of the whole log and the first of its newest epoch (the same one in epoch 1). Null: missing. */
  abstract heads(key: string): Promise<{ created: LogEntry; epoch: LogEntry } | null>;

  /**
   * Listens to what is appended from now on (from the moment the promise resolves). The function it gives back ends it,
   * any number of times.
   */
  abstract subscribe(key: string, listener: LogListener): Promise<() => void>;

  /** Drops the log. A missing one is no error. */
  abstract delete(key: string): Promise<void>;

  /** Ends timers and subscriptions; any number of times. */
  abstract close(): Promise<void>;
}

/** Negative where a stands before b, 0 where they are the same, positive where a stands after b. */
export function comparePositions(a: LogPosition, b: LogPosition): number {
  return a.epoch - b.epoch || a.seq - b.seq;
}
