import type { Cache } from '../cache/index.js';
import { askedOf } from './asked.js';
import type { ModelInfo, ModelRequest } from './model.js';
import { OpenAiBodies, type OpenAiBody } from './openai-body.js';
import { openAiReader } from './openai-events.js';
import { readOpenAiList } from './openai-list.js';
import { openAiServer } from './openai-server.js';
import type { ProviderConnection } from './provider-client.js';
import type { ProviderFailures } from './provider-failures.js';
import { type EndpointSettings, ProviderModel, type ProviderRequest } from './provider-model.js';
import type { Problem } from './provider-problem.js';
import type { Mends } from './refused-settings.js';

/** OpenAI's chat completions, and whatever speaks the same: Ollama, vLLM, llama.cpp, LM Studio, Azure, OpenRouter, … */
export class OpenAiCompatibleModel extends ProviderModel {
  override readonly dialect = 'openai';
  protected readonly listPath = '/models';
  private readonly bodies: OpenAiBodies;

  constructor(settings: EndpointSettings, connection: ProviderConnection, cache: Pick<Cache, 'wrap'>) {
    super(settings, settings.apiKey ? { authorization: `Bearer ${settings.apiKey}` } : {}, connection, cache);
    this.bodies = new OpenAiBodies(settings.baseURL, settings.models);
  }

  protected override prepare(request: ModelRequest, mends: Mends, failures: ProviderFailures): ProviderRequest {
    const reader = openAiReader(failures, askedOf(request));
    return { path: '/chat/completions', body: this.bodies.body(request, mends), reader };
  }

  protected override readList(body: unknown): ModelInfo[] {
    return readOpenAiList(body, openAiServer(this.settings.baseURL) === 'openai');
  }

  protected override learn(body: object, problem: Problem, mends: Mends): [string, Mends] | undefined {
    return this.bodies.learn(body as OpenAiBody, problem, mends);
  }
}
