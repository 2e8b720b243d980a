import { Injectable, Logger } from '@nestjs/common';
import { type Model, type ModelInfo, ModelRegistry } from '../../libs/models/index.js';

/** Nobody waits longer for a provider's list: a question is taken without it. */
const PATIENCE_MS = 3000;
/** A provider that did not answer is left alone for so long. */
const PAUSE_MS = 10_000;

/** What endpoints offer, as far as their providers tell at this moment. */
@Injectable()
export class ModelCatalog {
  private readonly logger = new Logger(ModelCatalog.name);
  private readonly pausedUntil = new Map<string, number>();

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

  /** The window of a model in tokens; undefined where it is not known. */
  async contextTokens(model: Model, name: string): Promise<number | undefined> {
    const models = await this.list(model);
    return models?.find((info) => info.name === name)?.contextTokens;
  }

  private async ask<T>(model: Model, question: () => Promise<T>): Promise<T | null> {
    if (Date.now() < (this.pausedUntil.get(model.name) ?? 0)) return null;
    let timer: NodeJS.Timeout | undefined;
    const tooLong = new Promise<never>((_, reject) => {
      timer = setTimeout(() => reject(new Error('no answer in time')), PATIENCE_MS);
    });
    try {
      return await Promise.race([question(), tooLong]);
    } catch (error) {
      this.logger.warn(`endpoint ${model.name} does not tell its models: ${String(error)}`);
      this.pausedUntil.set(model.name, Date.now() + PAUSE_MS);
      return null;
    } finally {
      clearTimeout(timer);
    }
  }
}
