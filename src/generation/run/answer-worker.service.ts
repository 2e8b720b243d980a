import { Injectable, Logger } from '@nestjs/common';
import { retry, WHILE_AWAY } from '../../../libs/async/index.js';
import { isCode } from '../../../libs/errors/index.js';
import { EventLog } from '../../../libs/event-log/index.js';
import { ModelError, type ModelRequest } from '../../../libs/models/index.js';
import type { JobOutcome } from '../../queue/index.js';
import { type Span, Tracing, traced } from '../../../libs/tracing/index.js';
import {
  type AnswerEnd,
  Conversations,
  type Ended,
  type MessageError,
  type MessageRef,
  Messages,
} from '../../chat/store/index.js';
import { Config } from '../../config/config.js';
import { Settlement } from '../answer/settlement.service.js';
import { CUT_BY_FILTER, DIED_TOO_OFTEN, INTERNAL, INTERRUPTED, NO_SUCH_ENDPOINT, TOO_LONG } from '../answer/errors.js';
import { GenerationMetrics } from '../answer/generation-metrics.service.js';
import { traceAttributes, usageAttributes } from '../answer/generation-traces.js';
import { QUEUE_ATTRIBUTES } from '../answer/jobs.js';
import { createdEntry, logKey, resetEntry, retryContent } from '../answer/log-entries.js';
import { ModelCatalog } from '../answer/model-catalog.service.js';
import { Titles } from './titles.service.js';
import { TokenBudget } from './token-budget.service.js';
import { BRANCH_CHARS, BRANCH_LIMIT, buildContext } from './context.js';
import type { FilePlan } from './file-plan.js';
import { FlushTicker } from './flush-ticker.service.js';
import { ShownFiles } from './shown-files.service.js';
import { Owners } from './owners.service.js';
import { retryDelay } from './retry-delay.js';
import { Run, STALE_MS } from './run.js';
import { ActiveRuns } from './active-runs.service.js';
import { addUsage, estimateUsage, isBilled } from './usage.js';

const DONE: JobOutcome = { done: true };
const BUSY: JobOutcome = { done: false, putBackMs: STALE_MS };
const MAX_DEATHS = 3;
/** Longest pause before another attempt; a provider that wants more ends the answer. */
const MAX_RETRY_MS = 60_000;

/** An end that is known without asking the model, or in spite of it. */
class KnownEnd extends Error {
  constructor(readonly error: MessageError) {
    super(error.title);
  }
}

/** Writes one answer: claim, context, model, end. What one attempt is, and what becomes of one that failed. */
@Injectable()
export class AnswerWorker {
  private readonly logger = new Logger(AnswerWorker.name);
  private readonly atWork = new Set<string>();

  constructor(
    private readonly conversations: Conversations,
    private readonly messages: Messages,
    private readonly shownFiles: ShownFiles,
    private readonly eventLog: EventLog,
    private readonly models: ModelCatalog,
    private readonly runs: ActiveRuns,
    private readonly owners: Owners,
    private readonly ticker: FlushTicker,
    private readonly settlement: Settlement,
    private readonly titles: Titles,
    private readonly metrics: GenerationMetrics,
    private readonly config: Config,
    private readonly tracing: Tracing,
    private readonly budget: TokenBudget,
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

    let request: ModelRequest | undefined;
    try {
      const asked = (request = await traced(run.span.child('build context'), () => this.request(run)));
      await this.stream(run, asked);
    } catch (error) {
      return this.failed(run, error, request);
    }
    const { finishReason } = run;
    if (finishReason === 'content-filter') return this.interrupt(run, CUT_BY_FILTER, request);
    return this.end(run, { status: 'complete', finishReason }, request);
  }

  private async request(run: Run): Promise<ModelRequest> {
    const { answer, signal } = run;
    const { userId, conversationId, params } = answer;
    const model = this.models.get(answer.endpoint ?? '');
    if (!model || !answer.model) throw new KnownEnd(NO_SUCH_ENDPOINT);
    const conversation =
      params.inherits && (await retry(() => this.conversations.get(userId, conversationId), WHILE_AWAY, signal));
    const branch = await retry(() => this.messages.branch(answer, BRANCH_LIMIT, BRANCH_CHARS), WHILE_AWAY, signal);
    const instructions = params.instructions ?? conversation?.instructions ?? undefined;
    const info = await this.models.info(model, answer.model);
    // A former attempt may have left text in the answer itself: it starts over.
    const turns = branch.filter(({ id }) => id !== answer.id);
    const files = await retry(() => this.shownFiles.plan(userId, turns, info, signal), WHILE_AWAY, signal);
    const { contextTokens } = info;
    const options = { instructions, maxTokens: params.maxTokens, contextTokens, asked: answer, files };
    const request = {
      model: answer.model,
      turns: buildContext(turns, options),
      instructions,
      temperature: params.temperature ?? conversation?.temperature ?? undefined,
      maxTokens: params.maxTokens,
      reasoningEffort: params.reasoningEffort,
      cacheKey: conversationId,
    };
    if (files) await this.showFiles(run, files, request);
    return request;
  }

  /** The bytes of pictures and PDFs, and word of the passages that the model is shown. */
  private async showFiles(run: Run, files: FilePlan, request: ModelRequest): Promise<void> {
    run.releaseFiles = await retry(() => files.load(request.turns, run.signal), WHILE_AWAY, run.signal);
    for (const source of files.sources) run.parts.addSource(source);
  }

  private async stream(run: Run, request: ModelRequest): Promise<void> {
    const model = this.models.get(run.answer.endpoint ?? '');
    if (!model) throw new KnownEnd(NO_SUCH_ENDPOINT);
    run.signal.throwIfAborted();
    const { id, endpoint, model: name } = run.answer;
    const attributes = traceAttributes(id, endpoint, name);
    const span = run.span.child(`chat ${name}`, { kind: 'client', attributes });
    const call = this.metrics.called(run.answer, span);
    const counted = this.budget.sent(run.answer, request);
    run.isBilled = true;
    try {
      for await (const chunk of model.stream(request, run.signal)) {
        if ('usage' in chunk) run.usage = chunk.usage;
        else if ('finishReason' in chunk) run.finishReason = chunk.finishReason;
        else if ('text' in chunk) {
          if (chunk.text === '') continue;
          call.text();
          run.parts.addText(chunk.text);
        } else if ('reasoning' in chunk || 'part' in chunk) {
          call.thought();
          if ('reasoning' in chunk) run.parts.addThought(chunk.reasoning);
          else run.parts.addPart(chunk.part);
        }
        if (run.parts.isFull) {
          run.finishReason = 'length';
          break;
        }
        if (run.log.full) await run.log.caughtUp(run.signal);
      }
    } catch (error) {
      span.fail(error);
      run.isBilled = run.parts.hasBegun || isBilled(error);
      throw error;
    } finally {
      run.parts.close();
      run.releaseFiles();
      call.ended();
      run.counting = counted.settle(this.spentNow(run, request));
      span.set(usageAttributes(run.usage));
      span.end();
    }
    run.signal.throwIfAborted();
  }

  private failed(run: Run, error: unknown, request?: ModelRequest): Promise<JobOutcome> | JobOutcome {
    if (run.abortReason === 'lost') return DONE;
    if (run.abortReason === 'stop') return this.end(run, { status: 'stopped' }, request);
    if (run.abortReason === 'handover') return this.letGo(run, run.answer.attempts, 0, request);
    if (run.abortReason === 'drain') return this.interrupt(run, INTERRUPTED, request);
    if (error instanceof KnownEnd) return this.interrupt(run, error.error, request);
    if (error instanceof ModelError) return this.modelFailed(run, error, request);
    this.logger.error(`answer ${run.answer.id} failed: ${error instanceof Error ? error.stack : String(error)}`);
    return this.interrupt(run, INTERNAL, request);
  }

  private async modelFailed(run: Run, error: ModelError, request?: ModelRequest): Promise<JobOutcome> {
    const { answer, attempt } = run;
    this.metrics.providerFailed(answer.endpoint, error.code);
    const delay = retryDelay(error.retryAfterMs, this.config.QUEUE_BACKOFF_MS, answer.attempts);
    if (!error.retryable || attempt >= this.config.QUEUE_ATTEMPTS || delay > MAX_RETRY_MS) {
      const { code, message, retryable, params } = error;
      return this.interrupt(run, { code, title: message, retryable, params }, request);
    }
    this.logger.warn(`attempt ${attempt} of answer ${answer.id} failed (${error.code}), again in ${delay} ms`);
    await run.log.append(retryContent(attempt, delay, error.code));
    return this.letGo(run, attempt, delay, request);
  }

  /** Gives the answer back, to be gone on with in a new epoch, here or elsewhere. */
  private async letGo(run: Run, attempts: number, dueInMs: number, request?: ModelRequest): Promise<JobOutcome> {
    await run.log.settled();
    const state = { text: run.text, parts: run.parts.kept, spent: this.usage(run, request), attempts, dueInMs };
    const left = await retry(() => this.messages.letGo(run.answer, run.epoch, run.owner, state), WHILE_AWAY);
    if (!left) return DONE;
    if (left.status === 'generating') return { done: false, putBackMs: dueInMs };
    await this.settlement.byOther(left);
    return DONE;
  }

  private interrupt(run: Run, error: MessageError, request?: ModelRequest): Promise<JobOutcome> {
    // A filter's cut is the provider's end of it; any other failure is ours to tell.
    const isFilter = run.finishReason === 'content-filter' && error.code === 'model_refused';
    return this.end(
      run,
      { status: 'interrupted', error, ...(isFilter && { finishReason: 'content-filter' }) },
      request,
    );
  }

  private async end(run: Run, end: AnswerEnd, request?: ModelRequest): Promise<JobOutcome> {
    // A batch on its way may find the log lost and change the epoch.
    await run.log.settled();
    const usage = this.usage(run, request);
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
      store({ ...end, text: run.text, parts: run.parts.kept }),
    );
    if (!ended) return DONE;
    await traced(run.span.child('close log'), () => this.settlement.byOwner(run, ended));
    run.span.set({ 'parley.status': ended.message.status, 'parley.log.entries': run.log.written });
    if (ended.conversation) await this.titles.afterAnswer(ended.message, ended.conversation);
    return DONE;
  }

  /** All attempts together. */
  private usage(run: Run, request?: ModelRequest) {
    return addUsage(run.answer.spent, this.spentNow(run, request));
  }

  /** What this attempt has cost by now. One that was broken off before its first word has cost its question. */
  private spentNow(run: Run, request?: ModelRequest) {
    return run.usage ?? (request && run.isBilled ? estimateUsage(request, run.parts.allText) : null);
  }
}
