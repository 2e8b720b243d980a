import { Injectable, Logger } from '@nestjs/common';
import { within } from '../../../libs/async/index.js';
import { AppError, dependencyDown } from '../../../libs/errors/index.js';
import {
  type Model,
  ModelError,
  type ModelInfo,
  type ModelName,
  ModelRegistry,
  type ReasoningEffort,
} from '../../../libs/models/index.js';

/** Nobody waits longer for a provider's list: a question is taken without it. */
const PATIENCE_MS = 3000;
/** A provider that did not answer is left alone for so long. */
const PAUSE_MS = 10_000;

const CANNOT = { image: 'a picture', pdf: 'a PDF', effort: 'an effort of thinking' };

/** What endpoints offer, as far as their providers tell at this moment. */
@Injectable()
export class ModelCatalog {
  private readonly logger = new Logger(ModelCatalog.name);
  private readonly failed = new Map<string, { error: unknown; until: number }>();

  constructor(private readonly registry: ModelRegistry) {}

  all(): Model[] {
    return this.registry.all();
  }

  get(endpoint: string): Model | undefined {
    return this.registry.get(endpoint);
  }

  /** What may be asked in the place of an endpoint that can't answer, the first one first. */
  fallbacksOf(endpoint: string): readonly ModelName[] {
    return this.registry.fallbacksOf(endpoint);
  }

  /** Whether an endpoint may be asked in the place of another one. */
  isFallback(endpoint: string): boolean {
    return this.registry.isFallback(endpoint);
  }

  /** The models of an endpoint; null where its provider does not tell now. */
  list(model: Model): Promise<ModelInfo[] | null> {
    return this.ask(model, () => model.models());
  }

  /** The model that is taken where none is named; null where that is not known now. */
  defaultModel(model: Model): Promise<string | null> {
    return this.ask(model, () => model.defaultModel());
  }

  /** As `defaultModel`, for who can't go on without. Rejects with why it is not known: `model_misconfigured`, `dependency_down` (503). */
  async requireDefault(model: Model): Promise<string> {
    return (await this.defaultModel(model)) ?? refuse(model, this.failed.get(model.name)?.error);
  }

  /** What is known of a model, also where it stands in no list or the list is not known now. */
  async info(model: Model, name: string): Promise<ModelInfo> {
    const models = await this.list(model);
    return models?.find((info) => info.name === name) ?? model.known(name);
  }

  /** The window of a model in tokens; undefined where it is not known. */
  async contextTokens(model: Model, name: string): Promise<number | undefined> {
    return (await this.info(model, name)).contextTokens;
  }

  /**
   * Rejects with `model_cannot` (422) where the model can't be told how much to think. `none`, and nothing, can be asked of
   * all. With `dependency_down` (503) where only its provider could tell, and does not now.
   */
  async requireEffort(model: Model, name: string, effort: ReasoningEffort | undefined): Promise<void> {
    if (effort === undefined || effort === 'none') return;
    const { reasoning } = await this.info(model, name);
    if (!reasoning) throw this.cannot(model, name, 'effort', reasoning);
  }

  /** As `requireEffort`, of a picture or a PDF as it is. */
  async requireInput(model: Model, name: string, kind: 'image' | 'pdf'): Promise<void> {
    const { input } = await this.info(model, name);
    if (!input?.includes(kind)) throw this.cannot(model, name, kind, input);
  }

  private cannot(model: Model, name: string, of: 'image' | 'pdf' | 'effort', known: unknown): AppError {
    const failed = this.failed.get(model.name);
    const isAway = failed && performance.now() < failed.until && !isLasting(failed.error);
    if (known === undefined && isAway) refuse(model, failed.error);
    const detail = `The model does not take this: ${CANNOT[of]}.`;
    return new AppError('model_cannot', 422, detail, { params: { model: name, of } });
  }

  private async ask<T>(model: Model, question: () => Promise<T>): Promise<T | null> {
    if (performance.now() < (this.failed.get(model.name)?.until ?? 0)) return null;
    try {
      return await within(PATIENCE_MS, question(), () => {
        throw new Error('no answer in time');
      });
    } catch (error) {
      this.logger.warn(`endpoint ${model.name} does not tell its models: ${String(error)}`);
      this.failed.set(model.name, { error, until: performance.now() + PAUSE_MS });
      return null;
    }
  }
}

/** A list that will never come tells nothing by being away. */
const isLasting = (error: unknown) => error instanceof ModelError && !error.retryable;

/** What the provider says of itself; it is to be asked again after a while. */
function refuse(model: Model, error: unknown): never {
  if (!(error instanceof ModelError)) throw dependencyDown(`endpoint ${model.name}`, error);
  const more = { cause: error, retryAfterSeconds: PAUSE_MS / 1000 };
  if (isMisconfigured(error)) throw new AppError(error.code, 503, error.message, { ...more, params: error.params! });
  const params = { reason: 'provider', provider: model.label } as const;
  throw new AppError('dependency_down', 503, error.message, { ...more, params });
}

function isMisconfigured(error: ModelError): error is ModelError<'model_misconfigured'> {
  return error.code === 'model_misconfigured';
}
