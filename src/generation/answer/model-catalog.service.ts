import { Injectable, Logger } from '@nestjs/common';
import { within } from '../../../libs/async/index.js';
import { AppError, dependencyDown } from '../../../libs/errors/index.js';
import { type Model, ModelError, type ModelInfo, ModelRegistry } from '../../../libs/models/index.js';

/** Nobody waits longer for a provider's list: a question is taken without it. */
const PATIENCE_MS = 3000;
/** A provider that did not answer is left alone for so long. */
const PAUSE_MS = 10_000;

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

  /** The window of a model in tokens; undefined where it is not known. */
  async contextTokens(model: Model, name: string): Promise<number | undefined> {
    const models = await this.list(model);
    return models?.find((info) => info.name === name)?.contextTokens;
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
