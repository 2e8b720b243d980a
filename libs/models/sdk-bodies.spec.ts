import Anthropic from '@anthropic-ai/sdk';
import type { MessageCreateParamsStreaming } from '@anthropic-ai/sdk/resources/messages';
import { LLMock } from '@copilotkit/aimock';
import OpenAI from 'openai';
import type { ChatCompletionCreateParamsStreaming } from 'openai/resources/chat/completions';
import { AnthropicBodies, type AnthropicBody } from './anthropic-body.js';
import { anthropic, openAi } from './dialect.testing.js';
import { type FilePart, type ModelRequest, type ModelTurn, textTurn } from './model.js';
import { hearParts, question } from './model.testing.js';
import { OpenAiBodies, type OpenAiBody } from './openai-body.js';
import type { MistralDocument, OpenAiMessage, OpenAiPart } from './openai-messages.js';
import { Upstream } from './upstream.testing.js';

/** What OpenAI's own types know of; the rest is for other servers. */
type KnownMessage = Exclude<OpenAiMessage, { role: 'user' }> | { role: 'user'; content: string | KnownPart[] };
type KnownPart = Exclude<OpenAiPart, MistralDocument>;

// That these two compile is what they show.
const toOpenAi = (
  body: Omit<OpenAiBody, 'messages'> & { messages: KnownMessage[] },
): ChatCompletionCreateParamsStreaming => body;
const toAnthropic = (body: AnthropicBody): MessageCreateParamsStreaming => body;

const data = Buffer.from('bytes');
const files: FilePart[] = [
  { type: 'file', filename: 'a.png', mediaType: 'image/png', data },
  { type: 'file', filename: 'b.pdf', mediaType: 'application/pdf', data },
];
const answer = (providerMetadata: object): ModelTurn => ({
  role: 'assistant',
  parts: [
    { type: 'reasoning', text: 'Hm.', providerMetadata: providerMetadata as Record<string, unknown> },
    { type: 'text', text: 'Four.' },
  ],
});
const request = (model: string, providerMetadata: object): ModelRequest => ({
  ...question(),
  model,
  turns: [
    textTurn('user', '2+2?'),
    answer(providerMetadata),
    { role: 'user', parts: [...files, ...textTurn('user', 'Why?').parts] },
  ],
  instructions: 'Be kind.',
  temperature: 0.5,
  maxTokens: 5000,
  reasoningEffort: 'low',
  cacheKey: 'c',
});
const tool = { name: 'tide', description: 'When it turns.', inputSchema: { type: 'object', properties: {} } };
const schema = { type: 'object', properties: {}, additionalProperties: false };
/** With all that programs ask for. */
const programs = (model: string): ModelRequest => ({
  ...request(model, { signature: 'c2ln' }),
  turns: [
    textTurn('user', 'When?'),
    { role: 'assistant', parts: [{ type: 'tool-call', toolCallId: 'c1', toolName: 'tide', input: '{"a":1}' }] },
    { role: 'user', parts: [{ type: 'tool-result', toolCallId: 'c1', content: [...files], isError: true }] },
  ],
  ...{
    tools: [tool, { ...tool, name: 'moon', strict: true }],
    toolChoice: { toolName: 'tide' },
    parallelToolCalls: false,
  },
  ...{ stop: ['###'], topP: 0.9, topK: 5, seed: 7, presencePenalty: 1, frequencyPenalty: 1, logprobs: 2 },
});
const forms: ModelRequest['responseFormat'][] = [
  { type: 'json' },
  { type: 'json-schema', name: 'tide', schema, description: 'When.', strict: true },
];
const NONE = { without: new Set<string>() };
const plain = (body: object) => JSON.parse(JSON.stringify(body));

describe('the official clients send our bodies as they are', () => {
  let upstream: Upstream;
  beforeEach(async () => void (upstream = await Upstream.start()));
  afterEach(() => upstream.stop());

  it.each(['gpt-5', 'o3', 'gpt-4o'])('OpenAI’s, for %s', async (model) => {
    const body = new OpenAiBodies('https://api.openai.com/v1').body(request(model, {}), NONE);
    upstream.reply = (call) => call.end(openAi.finish());
    const client = new OpenAI({ apiKey: 'k', baseURL: upstream.url, maxRetries: 0 });
    for await (const _ of await client.chat.completions.create(toOpenAi(body as Parameters<typeof toOpenAi>[0])));
    expect(upstream.calls[0].body).toEqual(plain(body));
  });

  it.each(['our-claude-sonnet-4-5', 'claude-opus-4-6', 'claude-opus-5-5'])('Anthropic’s, for %s', async (model) => {
    const body = new AnthropicBodies().body(request(model, { signature: 'c2ln' }), NONE);
    upstream.reply = (call) => call.end(anthropic.finish());
    const client = new Anthropic({
      apiKey: 'k',
      baseURL: upstream.url.replace('/v1', ''),
      maxRetries: 0,
      logLevel: 'off',
    });
    for await (const _ of await client.messages.create(toAnthropic(body)));
    expect(upstream.calls[0].body).toEqual(plain(body));
  });
});

describe('the official clients send what programs ask for', () => {
  let upstream: Upstream;
  beforeEach(async () => void (upstream = await Upstream.start()));
  afterEach(() => upstream.stop());
  const requests = [undefined, ...forms].flatMap((responseFormat) =>
    (['auto', 'required', { toolName: 'tide' }] as const).map((toolChoice) => ({ responseFormat, toolChoice })),
  );

  it.each(requests)('OpenAI’s, with %j', async (more) => {
    const body = new OpenAiBodies('https://api.openai.com/v1').body({ ...programs('gpt-4o'), ...more }, NONE);
    upstream.reply = (call) => call.end(openAi.finish());
    const client = new OpenAI({ apiKey: 'k', baseURL: upstream.url, maxRetries: 0 });
    for await (const _ of await client.chat.completions.create(toOpenAi(body as Parameters<typeof toOpenAi>[0])));
    expect(upstream.calls[0].body).toEqual(plain(body));
  });

  it.each(requests)('Anthropic’s, with %j', async (more) => {
    const body = new AnthropicBodies().body({ ...programs('our-claude-sonnet-4-5'), ...more }, NONE);
    upstream.reply = (call) => call.end(anthropic.finish());
    const client = new Anthropic({
      apiKey: 'k',
      baseURL: upstream.url.replace('/v1', ''),
      maxRetries: 0,
      logLevel: 'off',
    });
    for await (const _ of await client.messages.create(toAnthropic(body)));
    expect(upstream.calls[0].body).toEqual(plain(body));
  });
});

describe('a server that is not ours', () => {
  const mock = new LLMock({ port: 0, logLevel: 'silent' });
  let url: string;
  beforeAll(async () => {
    mock.on(
      { userMessage: 'Call' },
      {
        toolCalls: [
          { name: 'tide', arguments: '{"a":1}' },
          { name: 'moon', arguments: '{}' },
        ],
      },
    );
    mock.on({}, { content: 'The tide turns.', reasoning: 'Let me see.', reasoningSignature: 'c2ln' });
    url = await mock.start();
  });
  afterAll(() => mock.stop());

  it.each([
    ['chat completions', openAi, {}],
    ['messages', anthropic, { signature: 'c2ln' }],
  ])('takes our %s, and what it answers is read', async (name, dialect, providerMetadata) => {
    const model = dialect.make(`${url}/v1`);
    const heard = await hearParts(model, request('claude-sonnet-4-5', providerMetadata));
    await model.close();
    const kept = name === 'messages' ? { providerMetadata: { signature: 'c2ln' } } : {};
    expect(heard.parts).toEqual([
      { type: 'reasoning', text: 'Let me see.', ...kept },
      { type: 'text', text: 'The tide turns.' },
    ]);
    expect(heard.finishReason).toBe('stop');
  });

  it.each([
    ['chat completions', openAi],
    ['messages', anthropic],
  ])('calls the tools of our %s', async (_name, dialect) => {
    const model = dialect.make(`${url}/v1`);
    const asked = question('Call.', { model: 'claude-sonnet-4-5', tools: [tool, { ...tool, name: 'moon' }] });
    const { parts, finishReason } = await hearParts(model, asked);
    await model.close();
    const called = parts.map((part) => part.type === 'tool-call' && [part.toolName, JSON.parse(part.input)]);
    expect([called, finishReason]).toEqual([
      [
        ['tide', { a: 1 }],
        ['moon', {}],
      ],
      'tool-calls',
    ]);
  });
});
