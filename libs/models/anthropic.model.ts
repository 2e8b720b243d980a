import type { Cache } from '../cache/index.js';
import { AnthropicBodies, type AnthropicBody } from './anthropic-body.js';
import { anthropicReader } from './anthropic-events.js';
import type { ModelInfo, ModelRequest } from './model.js';
import { askedOf } from './asked.js';
import { entriesOf } from './openai-list.js';
import type { ProviderConnection } from './provider-client.js';
import type { ProviderFailures } from './provider-failures.js';
import { type EndpointSettings, ProviderModel, type ProviderRequest } from './provider-model.js';
import type { Problem } from './provider-problem.js';
import type { Mends } from './refused-settings.js';
import { toldAbilities } from './told-abilities.js';

const VERSION = '2023-06-01';

/** Every Claude since version 2.1 takes as much or more. */
const CLAUDE_WINDOW = 200_000;

/** Anthropic's Messages API (https://docs.claude.com/en/api/messages). */
export class AnthropicModel extends ProviderModel {
  override readonly dialect = 'anthropic';
  protected readonly listPath = '/models?limit=1000';
  private readonly bodies: AnthropicBodies;

  constructor(settings: EndpointSettings, connection: ProviderConnection, cache: Pick<Cache, 'wrap'>) {
    const key: Record<string, string> = settings.apiKey ? { 'x-api-key': settings.apiKey } : {};
    const withVersion = { ...settings, baseURL: versioned(settings.baseURL) };
    super(withVersion, { ...key, 'anthropic-version': VERSION }, connection, cache);
    this.bodies = new AnthropicBodies(settings.models);
  }

  protected override prepare(request: ModelRequest, mends: Mends, failures: ProviderFailures): ProviderRequest {
    const { body, formatTool } = this.bodies.prepare(request, mends);
    return { path: '/messages', body, reader: anthropicReader(failures, { ...askedOf(request), formatTool }) };
  }

  protected override readList(body: unknown): ModelInfo[] {
    return entriesOf(body).map((entry) => {
      const { id: name, max_input_tokens: most } = entry;
      return { name, contextTokens: typeof most === 'number' && most > 0 ? most : undefined, ...toldAbilities(entry) };
    });
  }

  protected override learn(body: object, problem: Problem, mends: Mends): [string, Mends] | undefined {
    return this.bodies.learn(body as AnthropicBody, problem, mends);
  }

  protected override window(name: string): number | undefined {
    return name.startsWith('claude') ? CLAUDE_WINDOW : undefined;
  }
}

/** Anthropic's own clients take the address without the version, others with it. */
function versioned(baseURL: string): string {
  const url = new URL(baseURL);
  if (!/\/v\d+\/*$/.test(url.pathname)) url.pathname = `${url.pathname.replace(/\/+$/, '')}/v1`;
  return url.href;
}
