import { Deployment, type DeploymentSettings } from './deployment.js';
import type { ForwardPath, Forwarded } from './forwarded.js';
import { Model, type ModelChunk, type ModelDialect, ModelError, type ModelErrorOptions } from './model.js';
import type { ModelInfo, ModelRequest } from './model.js';
import { isPassedOn, isPassedOnAnswer } from './passing-on.js';
import { retryAfterMs } from './retry-after.js';

/** One call to one deployment, once it is known what becomes of it; one that was aborted before is not told. */
export interface DeploymentCall {
  deployment: string;
  /** `answered`: its answer began, or it was handed on; else a code of ModelError. */
  outcome: string;
  /** How long it is left alone from now on, ms; undefined: it is not, or was already. */
  restMs?: number;
}

export interface BalancedOptions {
  name: string;
  label: string;
  maxConcurrent?: number;
  /** At least one. They offer the same models and speak the same dialect. */
  deployments: DeploymentSettings[];
  /** Told of each call. */
  onCall?(call: DeploymentCall): void;
}

/** Of a call that was sent then: why it failed, or what is handed on of it. */
interface Outcome {
  sentAt: number;
  error?: unknown;
  answer?: Forwarded;
}

/**
 * One endpoint over several servers that offer the same models. A call goes to one of those that are healthy, by weight; calls
 * with the same `cacheKey` go to the same one as long as it is. One that has too much to do, does not work, or can't be
 * reached (`isPassedOn`) rests for a while, and another is asked: each once, before anything of an answer has come, and never
 * after. Where all rest, the one that is back soonest is asked, and no other. The error is the last one's.
 */
export class BalancedModel extends Model {
  readonly name: string;
  readonly label: string;
  readonly maxConcurrent: number | undefined;
  override readonly dialect: ModelDialect | undefined;
  private readonly deployments: Deployment[];
  private readonly onCall: (call: DeploymentCall) => void;

  constructor({ name, label, maxConcurrent, deployments, onCall = () => undefined }: BalancedOptions) {
    super();
    this.name = name;
    this.label = label;
    this.maxConcurrent = maxConcurrent;
    this.deployments = deployments.map((settings) => new Deployment(settings));
    this.dialect = deployments[0].model.dialect;
    this.onCall = onCall;
  }

  /** As the first one tells that tells them. */
  models(): Promise<ModelInfo[]> {
    return this.ofFirst((model) => model.models());
  }

  override known(name: string): ModelInfo {
    return this.deployments[0].model.known(name);
  }

  defaultModel(): Promise<string> {
    return this.ofFirst((model) => model.defaultModel());
  }

  stream(request: ModelRequest, signal: AbortSignal): AsyncIterable<ModelChunk> {
    return { [Symbol.asyncIterator]: () => this.answer(request, signal) };
  }

  override async forward(
    path: ForwardPath,
    body: object | Buffer,
    signal: AbortSignal,
    headers?: Record<string, string>,
  ): Promise<Forwarded> {
    const tried = new Set<Deployment>();
    for (let deployment = this.choose(tried)!; ;) {
      tried.add(deployment);
      const sentAt = performance.now();
      const { answer, error } = await deployment.model.forward(path, body, signal, headers).then(
        (answer) => ({ answer, error: undefined }),
        (error: unknown) => ({ answer: undefined, error }),
      );
      this.note(deployment, { sentAt, error, answer });
      const mayAgain = answer ? isPassedOnAnswer(answer) : isPassedOn(error);
      const next = mayAgain && !signal.aborted ? this.choose(tried) : undefined;
      if (!next && answer) return answer;
      if (!next) throw this.lastError(error);
      // Nobody takes it: its connection is closed.
      await answer?.body.return?.();
      deployment = next;
    }
  }

  async close(): Promise<void> {
    await Promise.all(this.deployments.map(({ model }) => model.close()));
  }

  private async *answer(request: ModelRequest, signal: AbortSignal): AsyncGenerator<ModelChunk, undefined> {
    const tried = new Set<Deployment>();
    for (let deployment = this.choose(tried, request.cacheKey)!; ;) {
      tried.add(deployment);
      let hasBegun = false;
      const sentAt = performance.now();
      try {
        for await (const chunk of deployment.model.stream(deployment.ownRequest(request), signal)) {
          if (!hasBegun) this.note(deployment, { sentAt });
          hasBegun = true;
          yield deployment.marked(chunk);
        }
        if (!hasBegun) this.note(deployment, { sentAt });
        return;
      } catch (error) {
        if (hasBegun || signal.aborted) throw error;
        this.note(deployment, { sentAt, error });
        const next = isPassedOn(error) ? this.choose(tried, request.cacheKey) : undefined;
        if (!next) throw this.lastError(error);
        request.onPassedOver?.(error as ModelError);
        deployment = next;
      }
    }
  }

  /** One that is healthy and was not tried; where all rest from the beginning, the one that is back soonest. */
  private choose(tried: Set<Deployment>, key?: string): Deployment | undefined {
    const healthy = this.deployments.filter((one) => !tried.has(one) && one.coolDown.leftMs === 0);
    if (healthy.length > 0) return least(healthy, (one) => one.lot(key));
    return tried.size > 0 ? undefined : least(this.deployments, (one) => one.coolDown.leftMs);
  }

  /** What became of a call: healthy ones are well again, those that have to be passed over rest. */
  private note({ name: deployment, coolDown }: Deployment, { sentAt, error, answer }: Outcome): void {
    const wasWell = coolDown.leftMs === 0;
    const rest = (askedMs: number | undefined) => {
      const restMs = coolDown.failed(sentAt, askedMs);
      return wasWell ? restMs : undefined;
    };
    if (answer && isPassedOnAnswer(answer)) {
      const outcome = answer.status === 429 ? 'model_rate_limited' : 'model_unavailable';
      return this.onCall({ deployment, outcome, restMs: rest(retryAfterMs(answer.headers)) });
    }
    if (error === undefined) {
      coolDown.worked(sentAt);
      return this.onCall({ deployment, outcome: 'answered' });
    }
    // Aborted, or a bug.
    if (!(error instanceof ModelError)) return;
    const restMs = isPassedOn(error) ? rest(error.retryAfterMs) : undefined;
    this.onCall({ deployment, outcome: error.code, restMs });
  }

  /** Where the last one asks for longer than it takes until another is back, that is soon enough. */
  private lastError(error: unknown): unknown {
    if (!(error instanceof ModelError) || error.retryAfterMs === undefined) return error;
    const soonest = Math.ceil(Math.min(...this.deployments.map(({ coolDown }) => coolDown.leftMs)));
    if (soonest >= error.retryAfterMs) return error;
    const { code, message, retryable, free, params, cause } = error as ModelError;
    const options = { retryable, free, params, cause, retryAfterMs: soonest } as ModelErrorOptions;
    return new ModelError(code, message, options);
  }

  private async ofFirst<T>(ask: (model: Model) => Promise<T>): Promise<T> {
    const inOrder = this.deployments.toSorted((a, b) => Number(a.coolDown.leftMs > 0) - Number(b.coolDown.leftMs > 0));
    let last: unknown;
    for (const { model, coolDown } of inOrder) {
      const sentAt = performance.now();
      try {
        return await ask(model);
      } catch (error) {
        // So that the next one who asks need not wait for it.
        if (isPassedOn(error)) coolDown.failed(sentAt, error.retryAfterMs);
        last = error;
      }
    }
    throw last;
  }
}

function least<T>(all: T[], valueOf: (one: T) => number): T {
  const values = all.map(valueOf);
  return all[values.indexOf(Math.min(...values))];
}
