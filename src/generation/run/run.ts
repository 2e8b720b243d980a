import type { EventLog, LogEntry } from '../../../libs/event-log/index.js';
import type { FinishReason, ModelUsage } from '../../../libs/models/index.js';
import { NO_SPAN, type Span } from '../../../libs/tracing/index.js';
import type { Messages, Writing } from '../../chat/store/index.js';
import type { GenerationMetrics } from '../answer/generation-metrics.js';
import { createdEntry, deltaContent, logKey, resetEntry } from '../answer/log-entries.js';
import type { FlushTicker } from './flush-ticker.js';
import { type LogOwner, LogWriter } from './log-writer.js';

/** An owner that was heard of so lately is alive. */
export const STALE_MS = 5000;

/**
 * Why a run is broken off. `stop`: somebody asked to. `lost`: another owner has the answer, or it was deleted; touch
 * nothing. `drain`: this process is about to go, and nobody comes after it. `handover`: it is about to go, and another
 * one goes on. `failed`: an error of ours.
 */
export type AbortReason = 'stop' | 'lost' | 'drain' | 'handover' | 'failed';

/** One answer that this process is writing, from its claim to its end. */
export class Run implements LogOwner {
  readonly log: LogWriter;
  /** What this attempt has brought so far. */
  text = '';
  /** The provider's count for this attempt. */
  usage: ModelUsage | null = null;
  /** Why the provider ended it; undefined: it has not said. */
  finishReason: FinishReason | undefined;
  /** The model was asked in this attempt, and the provider may want to be paid for it. */
  isBilled = false;
  /** The count of its tokens in the budget of who asked. */
  counting: Promise<void> = Promise.resolve();
  abortReason: AbortReason | undefined;
  epoch: number;
  /** Length of the text that the store has. */
  savedLength = 0;
  leasedAt = performance.now();
  /** Of the job under which it is written. */
  span: Span = NO_SPAN;
  private readonly controller = new AbortController();

  constructor(
    readonly answer: Writing,
    readonly owner: string,
    private readonly messages: Messages,
    log: EventLog,
    ticker: FlushTicker,
    private readonly metrics: Pick<GenerationMetrics, 'reset'>,
  ) {
    this.epoch = answer.epoch;
    this.log = new LogWriter(log, ticker, this.key, this.epoch, this);
  }

  get key(): string {
    return logKey(this.answer);
  }

  get signal(): AbortSignal {
    return this.controller.signal;
  }

  /** This attempt's number, from 1. */
  get attempt(): number {
    return this.answer.attempts + 1;
  }

  addText(text: string): void {
    this.text += text;
    this.log.write(text);
  }

  /** Closes the model's connection. The first reason counts. */
  abort(reason: AbortReason, cause?: unknown): void {
    if (this.signal.aborted) return;
    this.abortReason = reason;
    this.controller.abort(cause ?? new Error(reason));
  }

  fenced(): void {
    this.abort('lost');
  }

  failed(error: unknown): void {
    this.abort('failed', error);
  }

  async claimNext(): Promise<boolean> {
    const claim = await this.messages.claim(this.answer, this.owner, { staleMs: STALE_MS, from: this.owner });
    if ('refused' in claim) return false;
    this.epoch = claim.claimed.epoch;
    return true;
  }

  opening(): LogEntry[] {
    this.metrics.reset('log_lost');
    const entries = [createdEntry(this.answer), resetEntry(this.epoch, this.attempt, 'log_lost')];
    if (this.text) entries.push({ epoch: this.epoch, seq: 1, ...deltaContent(this.text) });
    return entries;
  }
}
