import { retry, WHILE_AWAY, within } from '../../../libs/async/index.js';
import { type AppendResult, comparePositions, type EventLog, type LogEntry } from '../../../libs/event-log/index.js';
import { type Content, deltaContent, reasoningContent } from '../answer/log-entries.js';
import type { FlushTicker, Writer } from './flush-ticker.service.js';

/** Characters that may wait for a log that is away or slow; the model is read no further until they are written. */
const MAX_BACKLOG = 1_000_000;

/** What the writer tells who owns the answer. */
export interface LogOwner {
  /** Another owner writes this log now: stop, and touch nothing. */
  fenced(): void;
  /** The log is gone, or its newest entries: claims the next epoch. False: somebody else has it. */
  claimNext(): Promise<boolean>;
  /** The first entries of the epoch that was just claimed: `created`, `reset`, and all that it has brought so far. */
  opening(): LogEntry[];
  /** The log refused for good: a bug. */
  failed(error: unknown): void;
}

/**
 * Writes one owner's part of a log. The first text goes out at once, what follows in batches (see `FlushTicker`). A batch keeps its
 * ids and bytes until it is acknowledged; a log that is away is asked again until it answers.
 */
export class LogWriter implements Writer {
  flushedAt = -Infinity;
  /** What waits: text or a thought to which more may come, and before it what is finished. */
  private text = '';
  private isThought = false;
  private pending: Content[] = [];
  private pendingLength = 0;
  private unacknowledged = 0;
  private next: { epoch: number; seq: number };
  private started = false;
  private busy: Promise<void> | undefined;
  /** Somebody else writes this log now. */
  private over = false;

  constructor(
    private readonly log: EventLog,
    private readonly ticker: FlushTicker,
    private readonly key: string,
    epoch: number,
    private readonly owner: LogOwner,
  ) {
    // Seq 0 is the epoch's opening: `created` or `reset`.
    this.next = { epoch, seq: 1 };
  }

  /** Opens an epoch: `entries` end with its `reset`. */
  async open(entries: LogEntry[]): Promise<AppendResult> {
    const last = entries[entries.length - 1];
    this.next = { epoch: last.epoch, seq: last.seq + 1 };
    return retry(() => this.log.open(this.key, entries), WHILE_AWAY);
  }

  /** Takes text to write; of a thought, or of the answer. */
  write(text: string, isThought = false): void {
    if (isThought !== this.isThought) {
      this.closeText();
      this.isThought = isThought;
    }
    this.text += text;
    this.writeSoon();
  }

  /** Takes an entry that is not text, behind all text before it. */
  add(content: Content): void {
    this.closeText();
    this.pending.push(content);
    this.pendingLength += content.data.length;
    this.writeSoon();
  }

  private writeSoon(): void {
    if (this.started) this.ticker.add(this);
    else this.flush();
    this.started = true;
  }

  /** How many entries of its epoch are written. */
  get written(): number {
    return this.next.seq;
  }

  /** Whether the log is so far behind that no more should be read; `caughtUp` waits for it. */
  get full(): boolean {
    return this.text.length + this.pendingLength + this.unacknowledged > MAX_BACKLOG;
  }

  /** Resolves when there is room again, or at once when `signal` aborts. */
  async caughtUp(signal: AbortSignal): Promise<void> {
    while (this.full && !this.over && !signal.aborted) {
      this.flush();
      await within(1000, this.busy ?? Promise.resolve(), () => undefined);
    }
  }

  /** Writes what waits. Called by the ticker. */
  flush(): void {
    if (this.over || (this.text === '' && this.pending.length === 0)) return;
    if (this.busy) return this.ticker.add(this);
    this.flushedAt = performance.now();
    this.unacknowledged = this.text.length + this.pendingLength;
    this.busy = this.writeBatch(this.takePending())
      .then((result) => (result === 'missing' ? this.startAnew() : undefined))
      .catch((error: unknown) => this.owner.failed(error))
      .finally(() => {
        this.busy = undefined;
        this.unacknowledged = 0;
      });
  }

  /** Resolves when nothing is on its way any more. */
  async settled(): Promise<void> {
    while (this.busy) await this.busy;
  }

  /** Writes what waits and one entry more, the last of this owner. With `end` it closes the log. */
  async append(content: Content, end?: { retainMs: number }): Promise<AppendResult> {
    await this.settled();
    if (this.over) return 'fenced';
    return this.writeBatch([...this.takePending(), content], end);
  }

  /** Looks whether the log is still there, whole; where it is not, begins a new epoch. For an owner who has nothing to write. */
  async check(): Promise<void> {
    if (this.busy || this.over) return;
    const { epoch, seq } = this.next;
    const written = { epoch, seq: seq - 1 };
    const found = await this.log.read(this.key, written, 0);
    const isWhole = found && comparePositions(found.last, written) >= 0;
    if (isWhole || this.busy || this.over) return;
    this.busy = this.startAnew().finally(() => (this.busy = undefined));
    await this.busy;
  }

  private takePending(): Content[] {
    this.closeText();
    const { pending } = this;
    this.pending = [];
    this.pendingLength = 0;
    return pending;
  }

  private closeText(): void {
    if (this.text === '') return;
    const content = this.isThought ? reasoningContent(this.text) : deltaContent(this.text);
    this.pending.push(content);
    this.pendingLength += content.data.length;
    this.text = '';
  }

  private async writeBatch(contents: Content[], end?: { retainMs: number }): Promise<AppendResult> {
    const { epoch, seq } = this.next;
    const entries = contents.map((content, i) => ({ epoch, seq: seq + i, ...content }));
    const result = await retry(() => this.log.append(this.key, entries, end), WHILE_AWAY);
    if (result === 'written') this.next = { epoch, seq: seq + entries.length };
    if (result === 'fenced') this.giveUp();
    return result;
  }

  private async startAnew(): Promise<void> {
    const claimed = await retry(() => this.owner.claimNext(), WHILE_AWAY);
    if (!claimed) return this.giveUp();
    const entries = this.owner.opening();
    // It is in `entries` already.
    this.takePending();
    if ((await this.open(entries)) === 'fenced') this.giveUp();
  }

  private giveUp(): void {
    this.over = true;
    this.owner.fenced();
  }
}
