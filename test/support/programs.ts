import Anthropic from '@anthropic-ai/sdk';
import OpenAI from 'openai';
import { Upstream, type UpstreamCall } from '../../libs/models/upstream.testing.js';
import type { Program } from './program.js';

/** A provider of each dialect, whose every call a test answers. */
export class Providers {
  private constructor(
    readonly openAi: Upstream,
    readonly anthropic: Upstream,
  ) {}

  static async start(): Promise<Providers> {
    return new Providers(await Upstream.start(), await Upstream.start());
  }

  get env(): Record<string, string> {
    return {
      ...{ OPENAI_BASE_URL: this.openAi.url, OPENAI_API_KEY: 'sk-of-openai-1234', OPENAI_MODELS: 'gpt-test,shared' },
      ...{ ANTHROPIC_BASE_URL: this.anthropic.url, ANTHROPIC_API_KEY: 'sk-of-anthropic-1234' },
      ANTHROPIC_MODELS: 'claude-test,shared',
    };
  }

  /** No call, and nobody answers. */
  reset(): void {
    for (const upstream of [this.openAi, this.anthropic]) {
      upstream.calls.length = 0;
      upstream.reply = undefined;
    }
  }

  async stop(): Promise<void> {
    await this.openAi.stop();
    await this.anthropic.stop();
  }
}

const USED = { prompt_tokens: 5, completion_tokens: 7, total_tokens: 12 };
const chatChunk = (more: object) =>
  `data: ${JSON.stringify({ id: 'c1', object: 'chat.completion.chunk', created: 1, model: 'gpt-test', ...more })}\n\n`;

interface Said {
  text?: string;
  tool?: { name: string; input: object };
}

/** How an OpenAI-dialect provider says it, as the call asks. */
export function sayAsOpenAi(call: UpstreamCall, { text, tool }: Said): void {
  const called = tool && [
    { index: 0, id: 'call_1', type: 'function', function: { name: tool.name, arguments: JSON.stringify(tool.input) } },
  ];
  const reason = tool ? 'tool_calls' : 'stop';
  if (!call.body.stream) {
    const message = { role: 'assistant', content: text ?? null, refusal: null, ...(called && { tool_calls: called }) };
    const choices = [{ index: 0, finish_reason: reason, message, logprobs: null }];
    return call.json(200, { id: 'c1', object: 'chat.completion', created: 1, model: 'gpt-test', choices, usage: USED });
  }
  const delta = (one: object, end: string | null = null) =>
    chatChunk({ choices: [{ index: 0, delta: one, finish_reason: end }] });
  const parts = [...(text ?? '')].map((content) => delta({ content }));
  if (called) parts.push(delta({ tool_calls: called }));
  call.end(
    delta({ role: 'assistant', content: '' }),
    ...parts,
    delta({}, reason),
    chatChunk({ choices: [], usage: USED }),
    'data: [DONE]\n\n',
  );
}

const event = (data: { type: string; [field: string]: unknown }) =>
  `event: ${data.type}\ndata: ${JSON.stringify(data)}\n\n`;

/** How an Anthropic-dialect provider says it. */
export function sayAsAnthropic(call: UpstreamCall, { text, tool }: Said): void {
  const message = { id: 'm1', type: 'message', role: 'assistant', model: 'claude-test', stop_sequence: null };
  const stop_reason = tool ? 'tool_use' : 'end_turn';
  if (!call.body.stream) {
    const content = [
      ...(text === undefined ? [] : [{ type: 'text', text }]),
      ...(tool ? [{ type: 'tool_use', id: 'call_1', ...tool }] : []),
    ];
    return call.json(200, { ...message, content, stop_reason, usage: { input_tokens: 5, output_tokens: 7 } });
  }
  const block = (index: number, content_block: object, deltas: object[]) => [
    event({ type: 'content_block_start', index, content_block }),
    ...deltas.map((delta) => event({ type: 'content_block_delta', index, delta })),
    event({ type: 'content_block_stop', index }),
  ];
  const usage = { input_tokens: 5, output_tokens: 1 };
  const texts = [...(text ?? '')].map((one) => ({ type: 'text_delta', text: one }));
  const json = JSON.stringify(tool?.input ?? {});
  call.end(
    event({ type: 'message_start', message: { ...message, content: [], stop_reason: null, usage } }),
    ...(text === undefined ? [] : block(0, { type: 'text', text: '' }, texts)),
    ...(tool
      ? block(text === undefined ? 0 : 1, { type: 'tool_use', id: 'call_1', name: tool.name, input: {} }, [
          { type: 'input_json_delta', partial_json: json.slice(0, 3) },
          { type: 'input_json_delta', partial_json: json.slice(3) },
        ])
      : []),
    event({ type: 'message_delta', delta: { stop_reason, stop_sequence: null }, usage: { output_tokens: 7 } }),
    event({ type: 'message_stop' }),
  );
}

export const openAiClient = ({ url, secret }: Program, options: object = {}): OpenAI =>
  new OpenAI({ apiKey: secret, baseURL: `${url}/v1`, maxRetries: 0, ...options });

export const anthropicClient = ({ url, secret }: Program, options: object = {}): Anthropic =>
  new Anthropic({ apiKey: secret, baseURL: url, maxRetries: 0, logLevel: 'off', ...options });
