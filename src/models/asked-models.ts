import { Cache } from '../../libs/cache/index.js';
import type { Model } from '../../libs/models/index.js';
import { HealthChecks } from '../../libs/health/index.js';
import { Metrics } from '../../libs/metrics/index.js';
import { makeAdapter } from '../adapters.module.js';
import { Clients } from '../clients/clients.js';
import { Config } from '../config/config.js';
import { configuredModels } from './configured-models.js';

/** One model for each endpoint, which asks its provider for the list: what the configuration names is left aside. */
export async function askedModels(config: Config): Promise<Model[]> {
  const endpoints = config.endpoints.map((endpoint) => ({ ...endpoint, models: undefined }));
  const unnamed = { OPENAI_MODELS: undefined, ANTHROPIC_MODELS: undefined, CACHE: 'memory' as const };
  const asking = new Config({ ...config, ...unnamed, endpoints });
  // In memory: that Redis is away is not the providers' fault.
  const cache = await makeAdapter(Cache, new Clients(asking, new HealthChecks(), new Metrics()), asking);
  return configuredModels(asking, cache);
}
