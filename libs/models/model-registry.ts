import { Model } from './model.js';

/** A model of an endpoint. */
export interface ModelName {
  endpoint: string;
  model: string;
}

/** The configured endpoints by name, in the order they are offered. */
export class ModelRegistry {
  private readonly byName: Map<string, Model>;
  private readonly stoodInFor: Set<string>;

  /** `fallbacks`: by endpoint, what may be asked in its place, the first one first. */
  constructor(
    models: Model[],
    private readonly fallbacks: ReadonlyMap<string, readonly ModelName[]> = new Map(),
  ) {
    this.byName = new Map(models.map((model) => [model.name, model]));
    this.stoodInFor = new Set([...fallbacks.values()].flat().map(({ endpoint }) => endpoint));
  }

  /** What may be asked in the place of an endpoint that can't answer. */
  fallbacksOf(name: string): readonly ModelName[] {
    return this.fallbacks.get(name) ?? [];
  }

  /** Whether an endpoint may be asked in the place of another one. */
  isFallback(name: string): boolean {
    return this.stoodInFor.has(name);
  }

  get(name: string): Model | undefined {
    return this.byName.get(name);
  }

  all(): Model[] {
    return [...this.byName.values()];
  }

  /** Names of the endpoints with a `maxConcurrent`, and that number. */
  limits(): Record<string, number> {
    const limited = this.all().filter((model) => model.maxConcurrent !== undefined);
    return Object.fromEntries(limited.map((model) => [model.name, model.maxConcurrent as number]));
  }

  async close(): Promise<void> {
    await Promise.all(this.all().map((model) => model.close()));
  }
}
