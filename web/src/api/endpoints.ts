import type { DetailedEndpoint, Endpoint as NamedEndpoint, ModelDetails } from '../../../src/contract/ask.js';
import { call } from './client.js';
import { ApiError } from './problem.js';
import type { Page } from './types.js';

/** Whom one may ask. */
export interface Endpoint extends NamedEndpoint {
  /** What is known of its models, by name; a server of the version before tells nothing. */
  details: ReadonlyMap<string, ModelDetails>;
}

export async function readEndpoints(signal: AbortSignal): Promise<Endpoint[]> {
  try {
    const { items } = await call<Page<DetailedEndpoint>>('GET', '/api/endpoints?details=true', { signal });
    return items.map(({ models, ...endpoint }) => ({
      ...endpoint,
      models: models.map(({ name }) => name),
      details: new Map(models.map((model) => [model.name, model])),
    }));
  } catch (error) {
    if (!(error instanceof ApiError) || error.status !== 400) throw error;
    const { items } = await call<Page<NamedEndpoint>>('GET', '/api/endpoints', { signal });
    return items.map((endpoint) => ({ ...endpoint, details: new Map() }));
  }
}
