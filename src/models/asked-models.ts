import type { Model } from '../../libs/models/index.js';
import { caches } from '../cache/cache.module.js';
import { Config } from '../config/config.js';
import { configuredModels } from './configured-models.js';

/** One model for each endpoint, which asks its provider for the list: what the configuration names is left aside. */
export async function askedModels(config: Config): Promise<Model[]> {
  const endpoints = config.endpoints.map((endpoint) => ({ ...endpoint, models: undefined }));
  const unnamed = { OPENAI_MODELS: undefined, ANTHROPIC_MODELS: undefined };
  const asking = new Config({ ...config, ...unnamed, endpoints });
  // In memory: that Redis is away is not the providers' fault.
  return configuredModels(asking, await caches.memory());
}
