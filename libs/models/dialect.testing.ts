import { type Cache, cacheOver } from '../cache/index.js';
import { memoryStore } from '../cache/memory/store.js';
import { AnthropicModel } from './anthropic.model.js';
import type { ForwardPath, Model } from './model.js';
import { OpenAiCompatibleModel } from './openai-compatible.model.js';
import type { ProviderConnection } from './provider-client.js';
import type { EndpointSettings } from './provider-model.js';

export interface MakeOptions extends Partial<EndpointSettings> {
  connection?: Partial<ProviderConnection>;
  cache?: Pick<Cache, 'wrap'>;
}

/** How a provider speaks, for tests that hold for all. */
export interface Dialect {
  name: string;
  make(baseURL: string, options?: MakeOptions): Model;
  /** Events that bring these texts. */
  say(...texts: string[]): string;
  /** Events that bring a call, its input in these pieces. `index`: which one of the answer. */
  call(index: number, id: string, name: string, ...pieces: string[]): string[];
  /** The rest of an answer: usage of 5 in and `outputTokens` out, the end marker. */
  finish(outputTokens?: number, reason?: 'stop' | 'tool-calls'): string;
  /** Signs of life without text: comments, pings, thoughts. */
  life: string[];
  /** An error in the stream, by its type. */
  error(type: string, message: string): string;
  /** Where answers are asked for. */
  path: ForwardPath;
  /** The header that carries the key, and its value for `sk-secret-key-1234`. */
  key: [string, string];
}

export const KEY = 'sk-secret-key-1234';
export const event = (data: unknown, name?: string) =>
  `${name ? `event: ${name}\n` : ''}data: ${typeof data === 'string' ? data : JSON.stringify(data)}\n\n`;

type Arguments = [EndpointSettings, ProviderConnection, Pick<Cache, 'wrap'>];

function options(
  baseURL: string,
  { connection, cache = cacheOver(memoryStore()), ...settings }: MakeOptions = {},
): Arguments {
  const shared = { name: 'test', label: 'The provider', baseURL, apiKey: KEY, keyFrom: 'THE_KEY' };
  return [
    { ...shared, models: [{ name: 'm' }], ...settings },
    { connectMs: 5000, firstByteMs: 20_000, idleMs: 20_000, ...connection },
    cache,
  ];
}

export const chunk = (delta: object, more: object = {}) =>
  event({ id: 'c1', object: 'chat.completion.chunk', choices: [{ index: 0, delta, finish_reason: null }], ...more });

export const openAi: Dialect = {
  name: 'openai-compatible',
  make: (baseURL, given) => new OpenAiCompatibleModel(...options(baseURL, given)),
  say: (...texts) => texts.map((content) => chunk({ content })).join(''),
  call: (index, id, name, ...pieces) => [
    chunk({ tool_calls: [{ index, id, type: 'function', function: { name, arguments: '' } }] }),
    ...pieces.map((piece) => chunk({ tool_calls: [{ index, function: { arguments: piece } }] })),
  ],
  finish: (outputTokens = 7, reason = 'stop') =>
    event({ choices: [{ index: 0, delta: {}, finish_reason: reason.replace('-', '_') }], usage: null }) +
    event({ choices: [], usage: { prompt_tokens: 5, completion_tokens: outputTokens } }) +
    event('[DONE]'),
  life: [
    ': PROCESSING\n\n',
    chunk({ role: 'assistant', content: '' }),
    chunk({ reasoning_content: 'hm' }),
    chunk({ content: null, reasoning: 'hm' }),
    event({ choices: [], prompt_filter_results: [] }),
    event(''),
  ],
  error: (type, message) => event({ error: { type, message, code: null } }),
  path: '/chat/completions',
  key: ['authorization', `Bearer ${KEY}`],
};

const named = (type: string, more: object = {}) => event({ type, ...more }, type);
const delta = (part: object, index = 0) => named('content_block_delta', { index, delta: part });

export const anthropic: Dialect = {
  name: 'anthropic',
  make: (baseURL, given) => new AnthropicModel(...options(baseURL, given)),
  say: (...texts) => texts.map((text) => delta({ type: 'text_delta', text })).join(''),
  call: (index, id, name, ...pieces) => [
    named('content_block_start', { index, content_block: { type: 'tool_use', id, name, input: {} } }),
    ...pieces.map((partial_json) => delta({ type: 'input_json_delta', partial_json }, index)),
    named('content_block_stop', { index }),
  ],
  finish: (outputTokens = 7, reason = 'stop') =>
    named('content_block_stop', { index: 0 }) +
    named('message_delta', {
      delta: { stop_reason: reason === 'stop' ? 'end_turn' : 'tool_use', stop_sequence: null },
      usage: { input_tokens: 5, output_tokens: outputTokens },
    }) +
    named('message_stop'),
  life: [
    ': hello\n\n',
    named('message_start', { message: { id: 'm1', usage: { input_tokens: 5, output_tokens: 1 } } }),
    named('ping'),
    named('content_block_start', { index: 0, content_block: { type: 'thinking', thinking: 'hm' } }),
    delta({ type: 'thinking_delta', thinking: 'hm' }),
    delta({ type: 'signature_delta', signature: 'x' }),
    named('content_block_start', { index: 1, content_block: { type: 'text', text: '' } }),
    named('something_new', { text: 'not an answer' }),
  ],
  error: (type, message) => named('error', { error: { type, message } }),
  path: '/messages',
  key: ['x-api-key', KEY],
};
