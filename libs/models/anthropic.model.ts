import type { Cache } from '../cache/index.js';
import { anthropicReader } from './anthropic-events.js';
import { type ModelInfo, type ModelRequest, textOfTurn } from './model.js';
import { entriesOf } from './openai-list.js';
import type { ProviderConnection } from './provider-client.js';
import type { ProviderFailures } from './provider-failures.js';
import { type EndpointSettings, ProviderModel, type ProviderRequest } from './provider-model.js';
import type { Problem } from './provider-problem.js';
import { isRefused, type Mends, mendsWithout, refusesSystem, tokenLimit } from './refused-settings.js';
import { instructed } from './turns.js';

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

  constructor(settings: EndpointSettings, connection: ProviderConnection, cache: Pick<Cache, 'wrap'>) {
    const key: Record<string, string> = settings.apiKey ? { 'x-api-key': settings.apiKey } : {};
    const withVersion = { ...settings, baseURL: versioned(settings.baseURL) };
    super(withVersion, { ...key, 'anthropic-version': VERSION }, connection, cache);
  }

  protected override prepare(request: ModelRequest, mends: Mends, failures: ProviderFailures): ProviderRequest {
    const { model, temperature, maxTokens } = request;
    const { without, limit } = mends;
    const { system, turns } = instructed(request, !without.has('system'));
    const most = MOST_TOKENS.find(([names]) => names.test(model))?.[1] ?? MOST_TOKENS_SINCE;
    const body = {
      model,
      max_tokens: Math.min(maxTokens ?? most, limit?.tokens ?? Infinity),
      system,
      messages: turns.map((turn) => ({ role: turn.role, content: textOfTurn(turn) })),
      // Its scale ends at 1, that of others at 2.
      temperature: temperature !== undefined && !without.has('temperature') ? Math.min(temperature, 1) : undefined,
      stream: true,
    };
    return { path: '/messages', body, reader: anthropicReader(failures) };
  }

  protected override readList(body: unknown): ModelInfo[] {
    return entriesOf(body).map(({ id, max_input_tokens: most }) => {
      return { name: id, contextTokens: (typeof most === 'number' && most) || this.window(id) };
    });
  }

  protected override learn(body: object, { kind, message }: Problem, mends: Mends): [string, Mends] | undefined {
    const { max_tokens, temperature, system } = body as { max_tokens: number; temperature?: number; system?: string };
    const words = `${kind} ${message}`;
    const limit = tokenLimit(words, max_tokens);
    // Where the number that it names doesn't do, or it names none, half as many may.
    const tokens = mends.limit ? null : limit?.tokens;
    const half = Math.floor(max_tokens / 2);
    if (limit && half > 0)
      return [`${max_tokens} as max_tokens`, { ...mends, limit: { ...limit, tokens: tokens ?? half } }];
    if (temperature !== undefined && isRefused('temperature', words)) {
      return ['temperature', mendsWithout(mends, 'temperature')];
    }
    if (system === undefined || !refusesSystem(words)) return undefined;
    return ['instructions apart from the question', mendsWithout(mends, 'system')];
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
