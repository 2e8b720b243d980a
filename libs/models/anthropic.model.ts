import type { Cache } from '../cache/index.js';
import { anthropicEvents } from './anthropic-events.js';
import type { ModelInfo, ModelRequest } from './model.js';
import type { ProviderConnection } from './provider-client.js';
import type { ProviderFailures } from './provider-failures.js';
import { type EndpointSettings, ProviderModel, type ProviderRequest } from './provider-model.js';
import type { Problem } from './provider-problem.js';
import { isRefused, RefusedSettings } from './refused-settings.js';
import { wellFormed } from './turns.js';

const VERSION = '2023-06-01';

/** Every Claude since version 2.1 takes as much or more. */
const CLAUDE_WINDOW = 200_000;

/** The API demands a limit; unset it is the most that all models of a generation can write. */
const MOST_TOKENS: Array<[RegExp, number]> = [
  [/^claude-(2|instant|3-(opus|sonnet|haiku))/, 4096],
  [/^claude-3/, 8192],
];
const MOST_TOKENS_SINCE = 32_000;

/** Anthropic's Messages API (https://docs.claude.com/en/api/messages). */
export class AnthropicModel extends ProviderModel {
  protected readonly listPath = '/models?limit=1000';
  private readonly refused = new RefusedSettings();

  constructor(settings: EndpointSettings, connection: ProviderConnection, cache: Pick<Cache, 'wrap'>) {
    const key: Record<string, string> = settings.apiKey ? { 'x-api-key': settings.apiKey } : {};
    const withVersion = { ...settings, baseURL: versioned(settings.baseURL) };
    super(withVersion, { ...key, 'anthropic-version': VERSION }, connection, cache);
  }

  protected override prepare(request: ModelRequest, failures: ProviderFailures): ProviderRequest {
    const { model, turns, instructions, temperature, maxTokens } = request;
    const takesTemperature = temperature !== undefined && !this.refused.has(model, 'temperature');
    const body = {
      model,
      max_tokens: maxTokens ?? MOST_TOKENS.find(([names]) => names.test(model))?.[1] ?? MOST_TOKENS_SINCE,
      system: instructions?.trim() ? instructions : undefined,
      messages: wellFormed(turns).map(({ role, text }) => ({ role, content: text })),
      // Its scale ends at 1, that of others at 2.
      temperature: takesTemperature ? Math.min(temperature, 1) : undefined,
      stream: true,
    };
    return { path: '/messages', body, read: anthropicEvents(failures) };
  }

  protected override readList(body: unknown): ModelInfo[] {
    const { data } = body as { data: Array<{ id: string; max_input_tokens?: number }> };
    return data.map(({ id, max_input_tokens }) => ({ name: id, contextTokens: max_input_tokens || this.window(id) }));
  }

  protected override learn(body: object, { kind, message }: Problem): string | undefined {
    const { model, temperature } = body as { model: string; temperature?: number };
    if (temperature === undefined || !isRefused('temperature', `${kind} ${message}`)) return undefined;
    this.refused.add(model, 'temperature');
    return 'temperature';
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
