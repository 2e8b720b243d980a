import { Model } from './model.js';

/** The configured endpoints by name, in the order they are offered. */
export class ModelRegistry {
  private readonly byName: Map<string, Model>;

  constructor(models: Model[]) {
    this.byName = new Map(models.map((model) => [model.name, model]));
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
