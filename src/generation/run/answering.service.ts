import { Injectable, Logger } from '@nestjs/common';
import { isPassedOn, type Model, ModelError, type ModelRequest } from '../../../libs/models/index.js';
import { traced } from '../../../libs/tracing/index.js';
import type { AskedModel, MessageError, Usage } from '../../chat/store/index.js';
import { NO_SUCH_ENDPOINT } from '../answer/errors.js';
import { GenerationMetrics } from '../answer/generation-metrics.service.js';
import { traceAttributes, usageAttributes } from '../answer/generation-traces.js';
import { ModelCatalog } from '../answer/model-catalog.service.js';
import { EndpointPlaces } from './endpoint-places.service.js';
import { type PlannedRequest, Requests, takes } from './requests.service.js';
import type { Run } from './run.js';
import { TokenBudget } from './token-budget.service.js';
import { addUsage, estimateUsage, isBilled } from './usage.js';

/** An end that is known without asking the model, or in spite of it. */
export class KnownEnd extends Error {
  constructor(readonly error: MessageError) {
    super(error.title);
  }
}

/**
 * One attempt: asks the answer's model, and where that can't begin those that may stand in for it, one after another. That is
 * no attempt of its own, and no epoch: nothing of the answer has come yet.
 */
@Injectable()
export class Answering {
  private readonly logger = new Logger(Answering.name);

  constructor(
    private readonly models: ModelCatalog,
    private readonly requests: Requests,
    private readonly places: EndpointPlaces,
    private readonly metrics: GenerationMetrics,
    private readonly budget: TokenBudget,
  ) {}

  /**
   * Resolves when the answer is whole. Rejects with KnownEnd, with ModelError, or with the run's reason to be broken off. Where
   * nobody began, the error is that of the answer's own model.
   */
  async write(run: Run): Promise<void> {
    const { asked, signal } = run;
    const model = this.models.get(asked.endpoint);
    if (!model || !asked.model) throw new KnownEnd(NO_SUCH_ENDPOINT);
    const planned = await traced(run.span.child('build context'), () => this.requests.plan(run, model, asked));
    run.request = planned.request;
    const leave = await this.places.take(model, run.key, signal);
    try {
      await this.requests.load(run, planned);
      await this.call(run, model, planned.request);
      return;
    } catch (error) {
      const mayBeAnother = isPassedOn(error) && !run.hasBegun && !signal.aborted;
      if (!mayBeAnother) throw error;
      if (await this.askOthers(run, planned.request, error)) return;
      throw error;
    } finally {
      leave();
    }
  }

  /** Whether one of them wrote the answer. Rejects where one began, and failed. */
  private async askOthers(run: Run, first: ModelRequest, why: ModelError): Promise<boolean> {
    const { answer } = run;
    run.passOver();
    for (const other of answer.params.fallbacks ?? []) {
      const planned = await this.plan(run, other, first);
      const leave = planned && (await this.places.tryTake(planned.model, run.key));
      if (!leave) continue;
      const { code } = why;
      this.logger.warn(`answer ${answer.id}: ${answer.endpoint} failed (${code}), ${other.endpoint} is asked instead`);
      this.metrics.fellBack(answer.endpoint, other.endpoint);
      run.standIn = other;
      run.request = planned.request;
      try {
        await this.requests.load(run, planned);
        await this.call(run, planned.model, planned.request);
        return true;
      } catch (error) {
        if (run.hasBegun || run.signal.aborted || !(error instanceof ModelError)) throw error;
        run.passOver();
      } finally {
        leave();
      }
    }
    run.standIn = undefined;
    run.request = first;
    return false;
  }

  /** What another model would be asked; undefined: it is not there, or can't take all of it. */
  private async plan(run: Run, other: AskedModel, first: ModelRequest): Promise<PlannedRequest | undefined> {
    const model = this.models.get(other.endpoint);
    const planned = model && (await this.requests.plan(run, model, other));
    return planned && takes(planned, first) ? planned : undefined;
  }

  private async call(run: Run, model: Model, request: ModelRequest): Promise<void> {
    run.signal.throwIfAborted();
    const { answer, asked } = run;
    const attributes = traceAttributes(answer.id, asked.endpoint, asked.model);
    const span = run.span.child(`chat ${asked.model}`, { kind: 'client', attributes });
    const call = this.metrics.called({ ...answer, ...asked }, span);
    const counted = this.budget.sent(answer, request);
    let lost: Usage | null = null;
    const onPassedOver = (error: ModelError) => {
      if (isBilled(error)) lost = addUsage(lost, estimateUsage(request, ''));
    };
    run.isBilled = true;
    try {
      for await (const chunk of model.stream({ ...request, onPassedOver }, run.signal)) {
        run.hasBegun = true;
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
      // One that says nothing, and that this is all.
      run.hasBegun = true;
    } catch (error) {
      span.fail(error);
      run.isBilled = run.parts.hasBegun || isBilled(error);
      if (error instanceof ModelError) this.metrics.providerFailed(asked.endpoint, error.code);
      throw error;
    } finally {
      run.parts.close();
      run.releaseFiles();
      call.ended();
      run.passedOver = addUsage(run.passedOver, lost);
      const counting = counted.settle(addUsage(lost, run.spentNow));
      run.counting = Promise.all([run.counting, counting]).then(() => undefined);
      span.set(usageAttributes(run.usage));
      span.end();
    }
    run.signal.throwIfAborted();
  }
}
