import { anthropic, event, KEY, type MakeOptions } from './dialect.testing.js';
import type { Model, ModelRequest } from './model.js';
import { hear, question } from './model.testing.js';
import { providerModelContract } from './provider-model.contract.js';
import { Upstream } from './upstream.testing.js';

providerModelContract(anthropic);

describe('anthropic', () => {
  let upstream: Upstream;
  let model: Model;
  const make = (url = upstream.url, options: MakeOptions = {}) => (model = anthropic.make(url, options));
  beforeEach(async () => {
    upstream = await Upstream.start();
    make();
  });
  afterEach(async () => {
    await model.close();
    await upstream.stop();
  });
  const answered = (...events: object[]) => {
    upstream.reply = (call) => call.end(...events.map((one) => event(one)));
    return hear(model);
  };
  const sent = async (request: Partial<ModelRequest> = {}) => {
    upstream.reply = (call) => call.end(anthropic.finish());
    expect((await hear(model, question('Hi', request))).error).toBeUndefined();
    return upstream.calls.at(-1)!;
  };
  const text = { type: 'content_block_delta', index: 0, delta: { type: 'text_delta', text: 'a' } };
  const end = (stop_reason: string, usage: object = { output_tokens: 7 }) => [
    { type: 'message_delta', delta: { stop_reason }, usage },
    { type: 'message_stop' },
  ];

  it('sends what was asked for', async () => {
    const { path, headers, body } = await sent({ instructions: 'Be kind.', temperature: 0.3, maxTokens: 50 });
    expect(path).toBe('/v1/messages');
    expect(headers).toMatchObject({ 'x-api-key': KEY, 'anthropic-version': '2023-06-01' });
    expect(body).toEqual({
      model: 'm',
      max_tokens: 50,
      system: [{ type: 'text', text: 'Be kind.', cache_control: { type: 'ephemeral' } }],
      messages: [{ role: 'user', content: 'Hi' }],
      temperature: 0.3,
      stream: true,
    });
  });

  it.each([
    ['claude-3-opus-20240229', 4096],
    ['claude-3-5-sonnet-latest', 8192],
    ['claude-sonnet-4-5', 32_000],
  ])('limits an answer of %s where nobody does', async (name, tokens) => {
    expect((await sent({ model: name })).body.max_tokens).toBe(tokens);
  });

  it('keeps the temperature on its own scale', async () => {
    expect((await sent({ temperature: 1.7 })).body.temperature).toBe(1);
  });

  it('learns which model takes no temperature', async () => {
    upstream.reply = (call) => {
      const message = '`temperature` is deprecated for this model.';
      if ('temperature' in call.body)
        call.json(400, { type: 'error', error: { type: 'invalid_request_error', message } });
      else call.end(anthropic.finish());
    };
    const request = question('Hi', { temperature: 0.5 });
    for (let i = 0; i < 2; i++) expect((await hear(model, request)).error).toBeUndefined();
    expect(upstream.calls).toHaveLength(3);
  });

  it.each([
    ['without the version', (url: string) => url.replace('/v1', '')],
    ['with a slash at the end', (url: string) => `${url}/`],
  ])('takes an address %s', async (_name, change) => {
    await model.close();
    make(change(upstream.url));
    expect((await sent()).path).toBe('/v1/messages');
  });

  it('counts what went into and came out of the provider’s cache as input', async () => {
    const input = { input_tokens: 3, cache_creation_input_tokens: 20, cache_read_input_tokens: 100, output_tokens: 1 };
    const { usage } = await answered({ type: 'message_start', message: { usage: input } }, text, ...end('end_turn'));
    expect(usage).toEqual({ inputTokens: 123, outputTokens: 7, cachedInputTokens: 100 });
  });

  it('has no usage of an answer that broke off: the count at its beginning says nothing', async () => {
    const start = { type: 'message_start', message: { usage: { input_tokens: 3, output_tokens: 1 } } };
    expect(await answered(start, text)).toMatchObject({ text: 'a', error: { code: 'model_broken_stream' } });
    expect((await answered(start, text)).usage).toBeUndefined();
  });

  it.each([
    ['end_turn', 'stop'],
    ['stop_sequence', 'stop'],
    ['max_tokens', 'length'],
    ['model_context_window_exceeded', 'length'],
    ['tool_use', 'tool-calls'],
  ])('is complete with %s, or with message_stop (upstream/a-max-tokens, a-window-exceeded)', async (reason, told) => {
    const [delta, stop] = end(reason);
    expect(await answered(text, delta)).toMatchObject({ text: 'a', error: undefined, finishReason: told });
    expect(await answered(text, delta, stop)).toMatchObject({ text: 'a', error: undefined, finishReason: told });
    expect(await answered(text, stop)).toEqual({ texts: ['a'], text: 'a', error: undefined });
    expect((await answered(text)).error).toMatchObject({ code: 'model_broken_stream' });
  });

  it('takes text that stands in the beginning of a block', async () => {
    const block = { type: 'content_block_start', index: 0, content_block: { type: 'text', text: 'A: ' } };
    expect((await answered(block, text, ...end('end_turn'))).text).toBe('A: a');
  });

  it('says so when the model refused', async () => {
    const { text: said, error, usage, finishReason } = await answered(text, ...end('refusal'));
    expect(finishReason).toBe('content-filter');
    expect(error).toMatchObject({ code: 'model_refused', retryable: false });
    expect([said, usage]).toEqual(['a', { inputTokens: 0, outputTokens: 7 }]);
  });

  it('tells the window of its models, and what they can: the provider’s word, else what their names tell', async () => {
    await model.close();
    make(upstream.url, { models: undefined });
    const can = (supported: boolean) => ({ supported });
    const capabilities = { image_input: can(true), pdf_input: can(false), thinking: { ...can(true), types: {} } };
    const data = [
      { id: 'claude-new', display_name: 'New', max_input_tokens: 1_000_000, capabilities },
      { id: 'claude-3-haiku', capabilities: null },
      { id: 'other' },
    ];
    upstream.reply = (call) => call.json(200, { data, has_more: false });
    const image = ['text', 'image'];
    expect(await model.models()).toEqual([
      { name: 'claude-new', label: 'New', contextTokens: 1_000_000, input: image, reasoning: true },
      { name: 'claude-3-haiku', contextTokens: 200_000, input: image, reasoning: false },
      { name: 'other' },
    ]);
    expect(upstream.calls[0].path).toBe('/v1/models?limit=1000');
  });
});
