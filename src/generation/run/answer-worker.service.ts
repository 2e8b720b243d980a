import { Injectable, Logger } from '@nestjs/common';
import { retry, WHILE_AWAY } from '../../../libs/async/index.js';
import { isCode } from '../../../libs/errors/index.js';
import { EventLog } from '../../../libs/event-log/index.js';
import { ModelError } from '../../../libs/models/index.js';
import type { JobOutcome } from '../../queue/index.js';
import { type Span, Tracing, traced } from '../../../libs/tracing/index.js';
import { type AnswerEnd, type Ended, type MessageError, type MessageRef, Messages } from '../../chat/store/index.js';
import { Config } from '../../config/config.js';
import { Settlement } from '../answer/settlement.service.js';
import { CUT_BY_FILTER, DIED_TOO_OFTEN, INTERNAL, INTERRUPTED, TOO_LONG } from '../answer/errors.js';
import { GenerationMetrics } from '../answer/generation-metrics.service.js';
import { QUEUE_ATTRIBUTES } from '../answer/jobs.js';
import { createdEntry, logKey, resetEntry, retryContent } from '../answer/log-entries.js';
import { Titles } from './titles.service.js';
import { Answering, KnownEnd } from './answering.service.js';
import { FlushTicker } from './flush-ticker.service.js';
import { Owners } from './owners.service.js';
import { retryDelay } from './retry-delay.js';
import { Run, STALE_MS } from './run.js';
import { ActiveRuns } from './active-runs.service.js';
import { addUsage } from './usage.js';

const DONE: JobOutcome = { done: true };
const BUSY: JobOutcome = { done: false, putBackMs: STALE_MS };
const MAX_DEATHS = 3;
/** Longest pause before another attempt; a provider that wants more ends the answer. */
const MAX_RETRY_MS = 60_000;

/** Writes one answer: claim, context, model, end. What one attempt is, and what becomes of one that failed. */
@Injectable()
export class AnswerWorker {
  private readonly logger = new Logger(AnswerWorker.name);
  private readonly atWork = new Set<string>();

  constructor(
    private readonly messages: Messages,
    private readonly eventLog: EventLog,
    private readonly answering: Answering,
    private readonly runs: ActiveRuns,
    private readonly owners: Owners,
    private readonly ticker: FlushTicker,
    private readonly settlement: Settlement,
    private readonly titles: Titles,
    private readonly metrics: GenerationMetrics,
    private readonly config: Config,
    private readonly tracing: Tracing,
  ) {}

  /**
   * Takes an answer from its claim to its end, or to the next attempt. The claim is repeated while the store is away: it
   * may have been written without our hearing of it, and another owner would take us for dead. `signal`: given up.
   * `traceparent`: what its job says.
   */
  async work(ref: MessageRef, signal: AbortSignal, traceparent?: string): Promise<JobOutcome> {
    // The queue gives a job away again whose worker was late to say that it lives: to this very process, too.
    if (this.atWork.has(ref.id)) return BUSY;
    this.atWork.add(ref.id);
    try {
      const options = { kind: 'consumer', traceparent, attributes: QUEUE_ATTRIBUTES } as const;
      const span = this.tracing.join(ref.id, 'process answers', options);
      return await traced(span, () => this.claim(ref, signal, span));
    } finally {
      this.atWork.delete(ref.id);
    }
  }

  private async claim(ref: MessageRef, signal: AbortSignal, span: Span): Promise<JobOutcome> {
    const owner = this.owners.make();
    const claim = await traced(span.child('claim'), () =>
      retry(() => this.owners.claim(ref, owner), WHILE_AWAY, signal),
    );
    if ('refused' in claim) {
      // Whoever accepted it may have opened its log behind a deletion.
      if (claim.refused === 'absent') await this.eventLog.delete(logKey(ref));
      // A newer build is there, or will be.
      return claim.refused === 'busy' || claim.refused === 'newer' ? BUSY : DONE;
    }

    const run = new Run(claim.claimed, owner, this.messages, this.eventLog, this.ticker, this.metrics);
    run.span = span;
    span.set({ 'parley.epoch': run.epoch, 'parley.attempt': run.attempt });
    this.runs.add(run);
    this.metrics.started(run.answer);
    try {
      return await this.attempt(run, claim.vanished);
    } finally {
      await run.counting;
      run.releaseFiles();
      this.runs.remove(run);
    }
  }

  private async attempt(run: Run, vanished: boolean): Promise<JobOutcome> {
    const { answer } = run;
    if (answer.epoch > 1) {
      const reason = vanished ? 'worker_lost' : answer.attempts > 0 ? 'retry' : 'handed_over';
      const opened = await run.log.open([createdEntry(answer), resetEntry(run.epoch, run.attempt, reason)]);
      if (opened === 'fenced') return DONE;
      this.metrics.reset(reason);
    }
    if (answer.stop) return this.end(run, { status: 'stopped' });
    if (answer.deaths >= MAX_DEATHS) return this.interrupt(run, DIED_TOO_OFTEN);

    try {
      await this.answering.write(run);
    } catch (error) {
      return this.failed(run, error);
    }
    const { finishReason } = run;
    if (finishReason === 'content-filter') return this.interrupt(run, CUT_BY_FILTER);
    return this.end(run, { status: 'complete', finishReason });
  }

  private failed(run: Run, error: unknown): Promise<JobOutcome> | JobOutcome {
    if (run.abortReason === 'lost') return DONE;
    if (run.abortReason === 'stop') return this.end(run, { status: 'stopped' });
    if (run.abortReason === 'handover') return this.letGo(run, run.answer.attempts, 0);
    if (run.abortReason === 'drain') return this.interrupt(run, INTERRUPTED);
    if (error instanceof KnownEnd) return this.interrupt(run, error.error);
    if (error instanceof ModelError) return this.modelFailed(run, error);
    this.logger.error(`answer ${run.answer.id} failed: ${error instanceof Error ? error.stack : String(error)}`);
    return this.interrupt(run, INTERNAL);
  }

  private async modelFailed(run: Run, error: ModelError): Promise<JobOutcome> {
    const { answer, attempt } = run;
    const delay = retryDelay(error.retryAfterMs, this.config.QUEUE_BACKOFF_MS, answer.attempts);
    if (!error.retryable || attempt >= this.config.QUEUE_ATTEMPTS || delay > MAX_RETRY_MS) {
      const { code, message, retryable, params } = error;
      return this.interrupt(run, { code, title: message, retryable, params });
    }
    this.logger.warn(`attempt ${attempt} of answer ${answer.id} failed (${error.code}), again in ${delay} ms`);
    await run.log.append(retryContent(attempt, delay, error.code));
    return this.letGo(run, attempt, delay);
  }

  /** Gives the answer back, to be gone on with in a new epoch, here or elsewhere. */
  private async letGo(run: Run, attempts: number, dueInMs: number): Promise<JobOutcome> {
    await run.log.settled();
    const state = { text: run.text, parts: run.parts.kept, spent: this.usage(run), attempts, dueInMs };
    const left = await retry(() => this.messages.letGo(run.answer, run.epoch, run.owner, state), WHILE_AWAY);
    if (!left) return DONE;
    if (left.status === 'generating') return { done: false, putBackMs: dueInMs };
    await this.settlement.byOther(left);
    return DONE;
  }

  private interrupt(run: Run, error: MessageError): Promise<JobOutcome> {
    // A filter's cut is the provider's end of it; any other failure is ours to tell.
    const isFilter = run.finishReason === 'content-filter' && error.code === 'model_refused';
    return this.end(run, { status: 'interrupted', error, ...(isFilter && { finishReason: 'content-filter' }) });
  }

  private async end(run: Run, end: AnswerEnd): Promise<JobOutcome> {
    // A batch on its way may find the log lost and change the epoch.
    await run.log.settled();
    const usage = this.usage(run);
    const { answer, owner } = run;
    const store = (how: AnswerEnd): Promise<Ended | null> =>
      retry(() => this.messages.finish(answer, run.epoch, owner, { ...how, usage }), WHILE_AWAY).catch(
        (error: unknown) => {
          if (!isCode(error, 'body_too_large') || how.text === undefined) throw error;
          // All of it will never be stored: what was saved last stays.
          return store(end.status === 'stopped' ? end : { status: 'interrupted', error: TOO_LONG });
        },
      );
    const ended = await traced(run.span.child('store answer'), () =>
      store({ ...end, text: run.text, parts: run.parts.kept, ...(run.hasBegun && { by: run.standIn }) }),
    );
    if (!ended) return DONE;
    await traced(run.span.child('close log'), () => this.settlement.byOwner(run, ended));
    run.span.set({ 'parley.status': ended.message.status, 'parley.log.entries': run.log.written });
    if (ended.conversation) await this.titles.afterAnswer(ended.message, ended.conversation);
    return DONE;
  }

  /** All attempts together. */
  private usage(run: Run) {
    return addUsage(run.spentBefore, run.spentNow);
  }
}
