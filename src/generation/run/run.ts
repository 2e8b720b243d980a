import type { EventLog, LogEntry } from '../../../libs/event-log/index.js';
import type { FinishReason, ModelRequest, ModelUsage } from '../../../libs/models/index.js';
import { NO_SPAN, type Span } from '../../../libs/tracing/index.js';
import type { AskedModel, Messages, Usage, Writing } from '../../chat/store/index.js';
import type { GenerationMetrics } from '../answer/generation-metrics.service.js';
import { logKey, openingOf } from '../answer/log-entries.js';
import { AnswerParts } from './answer-parts.js';
import type { FlushTicker } from './flush-ticker.service.js';
import { type LogOwner, LogWriter } from './log-writer.js';
import { addUsage, estimateUsage } from './usage.js';

/** An owner that was heard of so lately is alive. */
export const STALE_MS = 5000;

/**
 * Why a run is broken off. `stop`: somebody asked to. `lost`: another owner has the answer, or it was deleted; touch
 * nothing. `drain`: this process is about to go, and nobody comes after it. `handover`: it is about to go, and another
 * one goes on. `failed`: an error of ours.
 */
export type AbortReason = 'stop' | 'lost' | 'drain' | 'handover' | 'failed';

/** How far an attempt has come. */
export interface Progress {
  epoch: number;
  textLength: number;
  /** Characters of all that was brought. */
  written: number;
  /** Parts that won't change any more. */
  parts: number;
}

/** One answer that this process is writing, from its claim to its end. */
export class Run implements LogOwner {
  readonly log: LogWriter;
  /** What this attempt has brought so far. */
  readonly parts: AnswerParts;
  /** The provider's count for this attempt. */
  usage: ModelUsage | null = null;
  /** What was asked of the model in this attempt; undefined: it was not yet. */
  request: ModelRequest | undefined;
  /** The model has said something in this attempt, if only what it costs. */
  hasBegun = false;
  /** Another one that is asked in the place of the answer's own. */
  standIn: AskedModel | undefined;
  /** What calls of this attempt may have cost that failed before another one was asked instead. */
  passedOver: Usage | null = null;
  /** Why the provider ended it; undefined: it has not said. */
  finishReason: FinishReason | undefined;
  /** The model was asked in this attempt, and the provider may want to be paid for it. */
  isBilled = false;
  /** The count of its tokens in the budget of who asked. */
  counting: Promise<void> = Promise.resolve();
  /** Passages that were told of, by their ids. */
  readonly toldSources = new Set<string>();
  /** Frees the memory of the files that the model is shown. */
  releaseFiles: () => void = () => undefined;
  abortReason: AbortReason | undefined;
  epoch: number;
  /** What the store has of it. */
  saved: Progress = { epoch: 0, textLength: 0, written: 0, parts: 0 };
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
    this.parts = new AnswerParts(this.log);
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

  /** Who is asked now. */
  get asked(): AskedModel {
    const { endpoint, model } = this.answer;
    return this.standIn ?? { endpoint: endpoint ?? '', model: model ?? '' };
  }

  /** What was spent before the call that runs now. */
  get spentBefore(): Usage | null {
    return addUsage(this.answer.spent, this.passedOver);
  }

  /** What the present call has cost by now. One that was broken off before its first word has cost its question. */
  get spentNow(): Usage | null {
    return this.usage ?? (this.request && this.isBilled ? estimateUsage(this.request, this.parts.allText) : null);
  }

  /** The call is over for good, and another one follows it in this attempt. */
  passOver(): void {
    this.passedOver = addUsage(this.passedOver, this.spentNow);
    this.isBilled = false;
    this.usage = null;
  }

  get text(): string {
    return this.parts.text;
  }

  get progress(): Progress {
    const { text, thoughtLength, count } = this.parts;
    const written = text.length + thoughtLength;
    return { epoch: this.epoch, textLength: text.length, written, parts: Math.max(0, count - 1) };
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
    // Parts are kept with the epoch that wrote them.
    this.saved = { ...this.saved, parts: 0 };
    return true;
  }

  opening(): LogEntry[] {
    this.metrics.reset('log_lost');
    const { epoch, attempt, parts } = this;
    const items = parts.kept;
    const soFar = { text: parts.text, parts: items ? { epoch, items } : null };
    return openingOf({ ...this.answer, ...soFar }, { epoch, attempt });
  }
}
