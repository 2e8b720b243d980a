import { type EventLog, type LogEntry, type LogPosition, comparePositions } from '../../../libs/event-log/index.js';
import { Pace } from '../../../libs/async/index.js';
import type { MessageRef } from '../../chat/store/index.js';
import { isClosing } from '../answer/log-entries.js';
import { frameOf } from './sse-frames.js';

/** Where a follower's entries go. */
export interface Sink {
  /** Who feeds it: to be told when the sink takes again, or is gone. */
  attach(follower: Follower): void;
  /** `frames` are the same entries, as text. False: takes no more until it says `drained`. */
  write(entries: LogEntry[], frames: string): boolean;
  /** How many start before this one, itself included. False: not shown, because nothing can be yet. */
  queued(position: number): boolean;
  /** A sign of life in silence. */
  comment(): void;
  /** Nothing more will come. */
  end(): void;
  /** Breaks off: what it still holds is dropped. */
  cut(): void;
}

/** Entries asked for at once, and characters written at once: what a slow reader can cost. */
const SLICE = 200;
const MAX_WRITE_CHARS = 64 * 1024;

/**
 * One reader of a generation's log. Replay and live are one path: it reads the log until it stands at its end, then takes
 * notices as long as they follow on; after a hole, or when its sink is slow, it reads again from where it stands.
 */
export class Follower {
  /** Where it stands; undefined: before the first entry. */
  position: LogPosition | undefined;
  /** The log was not there at the last look. */
  missing = false;
  /** The last look failed: what came meanwhile has not been seen. */
  failed = false;
  /** Since when its sink takes nothing, by `performance.now()`; 0: it takes. */
  blockedSince = 0;
  /** The last position in the queue that was shown. */
  shownPosition = 0;
  closed = false;
  /** It stands where it does by what it took, none of which was an end. */
  private endUnseen = false;
  private startedOver = false;
  /** From the start on: until it has found its place, what is written must not be taken. */
  private reading = true;
  private again = false;

  constructor(
    readonly key: string,
    readonly ref: MessageRef,
    /** Ends with this session; undefined: with none. */
    readonly sessionId: string | undefined,
    private readonly log: EventLog,
    private readonly sink: Sink,
    private readonly onClose: (follower: Follower) => void,
  ) {
    sink.attach(this);
  }

  /**
   * Begins. With `lastSeen`: after it, if it is of the present epoch and not ahead of the log, else with the epoch's first
   * entry. Without: with `created`, then the present epoch. False: there is no log.
   */
  async start(lastSeen?: LogPosition): Promise<boolean> {
    const heads = await this.log.heads(this.key);
    this.reading = false;
    if (!heads) {
      this.missing = true;
      this.position = lastSeen;
      return false;
    }
    if (!lastSeen) {
      this.take(comparePositions(heads.created, heads.epoch) < 0 ? [heads.created, heads.epoch] : [heads.created]);
    } else if (lastSeen.epoch === heads.epoch.epoch) {
      this.position = lastSeen;
    } else {
      this.take([heads.epoch]);
    }
    await this.catchUp();
    return true;
  }

  /** Entries just written. */
  offer(entries: LogEntry[], frames: string): void {
    if (this.closed || this.blockedSince) return;
    if (this.reading || this.missing) {
      this.again = true;
      if (!this.reading) void this.catchUp();
      return;
    }
    const { position } = this;
    const fresh = position ? entries.findIndex((entry) => comparePositions(entry, position) > 0) : 0;
    if (fresh < 0) return;
    if (!this.follows(entries[fresh])) return void this.catchUp();
    if (fresh === 0) this.take(entries, frames);
    else this.take(entries.slice(fresh));
  }

  /** Reads the log until its end. Never rejects: what fails is tried again by the heartbeat. */
  async catchUp(): Promise<void> {
    if (this.reading) {
      this.again = true;
      return;
    }
    this.reading = true;
    const pace = new Pace();
    try {
      // What was written between the last look and its end is looked at, too.
      while ((await this.readSlice(pace)) || this.again);
      this.failed = false;
    } catch {
      this.failed = true;
    } finally {
      this.reading = false;
    }
  }

  /** The sink takes again. */
  drained(): void {
    this.blockedSince = 0;
    void this.catchUp();
  }

  /** Shows a position in the queue, unless it is the one shown. */
  queued(position: number): void {
    if (this.closed || this.blockedSince || position === this.shownPosition) return;
    if (this.sink.queued(position)) this.shownPosition = position;
  }

  comment(): void {
    if (!this.closed && !this.blockedSince) this.sink.comment();
  }

  /** Writes the last entry, made from the message: for a log that is gone. */
  finishFromRow(entries: LogEntry[]): void {
    if (this.closed) return;
    this.sink.write(entries, entries.map(frameOf).join(''));
    this.close();
  }

  /** Any number of times. */
  close(): void {
    if (this.closed) return;
    this.closed = true;
    this.onClose(this);
    this.sink.end();
  }

  /** Closes without waiting for a sink that takes nothing. */
  cut(): void {
    if (this.closed) return;
    this.closed = true;
    this.onClose(this);
    this.sink.cut();
  }

  private async readSlice(pace: Pace): Promise<boolean> {
    this.again = false;
    if (this.closed || this.blockedSince) return false;
    const slice = await this.log.read(this.key, this.position, SLICE);
    this.missing = !slice;
    if (!slice) return false;
    const ahead = this.position ? comparePositions(this.position, slice.last) : -1;
    if (ahead > 0) return this.startOver();
    if (ahead === 0 && slice.ended) {
      // It has not taken the end that stands there: the log lost what was read, and was closed behind the rest.
      if (this.endUnseen && !this.startedOver) {
        this.startedOver = true;
        return this.startOver();
      }
      this.close();
    }
    for (let i = 0; i < slice.entries.length && !this.blockedSince && !this.closed;) {
      i += this.takeSome(slice.entries, i);
      await pace.restIfDue();
    }
    return slice.entries.length === SLICE;
  }

  /** It is ahead of the log, which was lost and made anew: the present epoch from its first entry. */
  private async startOver(): Promise<boolean> {
    const heads = await this.log.heads(this.key);
    if (heads && !this.closed) this.take([heads.epoch]);
    return true;
  }

  /** Writes entries from `start` on, as many as make a reasonable write; gives back how many. */
  private takeSome(entries: LogEntry[], start: number): number {
    let chars = 0;
    let end = start;
    while (end < entries.length && chars < MAX_WRITE_CHARS) chars += entries[end++].data.length;
    this.take(entries.slice(start, end));
    return end - start;
  }

  private take(entries: LogEntry[], frames = entries.map(frameOf).join('')): void {
    if (this.closed) return;
    const last = entries[entries.length - 1];
    this.position = { epoch: last.epoch, seq: last.seq };
    this.endUnseen = true;
    if (!this.sink.write(entries, frames)) this.blockedSince = performance.now();
    if (isClosing(last.event)) this.close();
  }

  private follows(entry: LogEntry): boolean {
    if (!this.position) return entry.epoch === 1 && entry.seq === 0;
    if (entry.epoch === this.position.epoch) return entry.seq === this.position.seq + 1;
    return false;
  }
}
