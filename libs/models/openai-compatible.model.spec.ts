import { memoryCache } from '../cache/cache.memory.js';
import { chunk, event, type MakeOptions, openAi } from './dialect.testing.js';
import type { Model, ModelRequest } from './model.js';
import { hear, question } from './model.testing.js';
import { OpenAiBodies } from './openai-body.js';
import { OpenAiCompatibleModel } from './openai-compatible.model.js';
import { readOpenAiList } from './openai-list.js';
import { providerModelContract } from './provider-model.contract.js';
import { Upstream } from './upstream.testing.js';

providerModelContract(openAi);

describe('openai-compatible', () => {
  let upstream: Upstream;
  let model: Model;
  const make = (options: MakeOptions = {}) => (model = openAi.make(upstream.url, options));
  beforeEach(async () => {
    upstream = await Upstream.start();
    make();
  });
  afterEach(async () => {
    await model.close();
    await upstream.stop();
  });
  const answered = (...events: string[]) => {
    upstream.reply = (call) => call.end(...events);
    return hear(model);
  };
  const done = event('[DONE]');
  const finish = (reason: string | null, more: object = {}) =>
    event({ choices: [{ index: 0, delta: {}, finish_reason: reason }], ...more });
  const usage = { prompt_tokens: 5, completion_tokens: 7, total_tokens: 12 };
  const used = { inputTokens: 5, outputTokens: 7 };

  describe('an answer is complete', () => {
    it.each([
      ['with [DONE] alone', [chunk({ content: 'a' }), done]],
      ['with a finish_reason alone', [chunk({ content: 'a' }), finish('stop')]],
      ['when it was cut at the limit', [chunk({ content: 'a' }), finish('length'), done]],
      [
        'with its last text beside the finish_reason',
        [event({ choices: [{ delta: { content: 'a' }, finish_reason: 'stop' }] })],
      ],
      [
        'after empty finish_reasons',
        [event({ choices: [{ delta: { content: 'a' }, finish_reason: '' }] }), finish('stop')],
      ],
      ['whatever comes after its end', [chunk({ content: 'a' }), finish('stop'), 'data: {{{\n\n']],
    ])('%s', async (_name, events) => {
      expect(await answered(...events)).toMatchObject({ text: 'a', error: undefined });
    });

    it('even if the connection breaks after its end', async () => {
      upstream.reply = (call) =>
        call.send(chunk({ content: 'a' }), finish('stop'), 'data: {"cho').response.socket!.end();
      expect(await hear(model)).toMatchObject({ text: 'a', error: undefined });
    });

    it('but not with an empty finish_reason', async () => {
      const { error } = await answered(chunk({ content: 'a' }), finish(''), finish(null));
      expect(error).toMatchObject({ code: 'model_broken_stream' });
    });

    it('and waits a while for its usage, not for ever', async () => {
      upstream.reply = (call) => call.send(chunk({ content: 'a' }), finish('stop'));
      expect(await hear(model)).toMatchObject({ text: 'a', error: undefined });
      await upstream.calls[0].closed();
    });
  });

  it.each([
    ['with the finish_reason', [finish('stop', { usage }), done]],
    ['after it, without choices', [finish('stop'), event({ choices: [], usage }), done]],
    ['after it, where [DONE] is missing', [finish('stop'), event({ choices: [], usage })]],
    ['without a list of choices', [finish('stop'), event({ usage }), done]],
    [
      'with every event',
      [chunk({ content: 'a' }, { usage: { prompt_tokens: 5, completion_tokens: 1 } }), finish('stop', { usage })],
    ],
  ])('takes the usage %s', async (_name, events) => {
    expect((await answered(...events)).usage).toEqual(used);
  });

  it('has no usage where the provider gives none', async () => {
    expect((await answered(finish('stop', { usage: null }), done)).usage).toBeUndefined();
  });

  it('shows of an answer in parts the text, not the thoughts', async () => {
    const content = [
      { type: 'thinking', thinking: [{ type: 'text', text: 'hm' }] },
      { type: 'text', text: 'a' },
    ];
    expect((await answered(chunk({ content }), done)).text).toBe('a');
  });

  it.each([
    ['content_filter', 'model_refused', false],
    ['SAFETY', 'model_refused', false],
    ['sensitive', 'model_refused', false],
    ['error', 'model_unavailable', true],
    ['insufficient_system_resource', 'model_unavailable', true],
  ])('ends with %s as %s', async (reason, code, retryable) => {
    const { text, error } = await answered(chunk({ content: 'a' }), finish(reason), done);
    expect([text, error.code, error.retryable]).toEqual(['a', code, retryable]);
  });

  it('shows what a model says when it refuses, and that it did', async () => {
    const { text, error } = await answered(chunk({ refusal: 'I will not.' }), finish('stop'), done);
    expect([text, error.code]).toEqual(['I will not.', 'model_refused']);
  });

  it('sends what was asked for', async () => {
    upstream.reply = (call) => call.end(done);
    await hear(model, question('Hi', { instructions: 'Be kind.', temperature: 0.3, maxTokens: 50 }));
    expect(upstream.calls[0].path).toBe('/v1/chat/completions');
    expect(upstream.calls[0].headers.accept).toBe('text/event-stream');
    expect(upstream.calls[0].body).toEqual({
      model: 'm',
      messages: [
        { role: 'system', content: 'Be kind.' },
        { role: 'user', content: 'Hi' },
      ],
      stream: true,
      stream_options: { include_usage: true },
      temperature: 0.3,
      max_tokens: 50,
    });
  });

  it.each([
    ['a slash at the end', (url: string) => `${url}/`, '/v1/chat/completions'],
    ['a query', (url: string) => `${url}?api-version=1`, '/v1/chat/completions?api-version=1'],
    ['no path', (url: string) => url.replace('/v1', ''), '/chat/completions'],
  ])('takes an address with %s', async (_name, change, path) => {
    const other = openAi.make(change(upstream.url));
    upstream.reply = (call) => call.end(done);
    expect((await hear(other)).error).toBeUndefined();
    expect(upstream.calls[0].path).toBe(path);
    await other.close();
  });

  it('sends a user and password in the address as Basic authentication, where there is no key', async () => {
    const other = openAi.make(upstream.url.replace('//', '//me:p%40ss@'), { apiKey: undefined });
    upstream.reply = (call) => call.end(done);
    await hear(other);
    expect(upstream.calls[0].headers.authorization).toBe(`Basic ${Buffer.from('me:p@ss').toString('base64')}`);
    await other.close();
  });

  describe('a setting that a model refuses', () => {
    const refusals: Array<[string, string, string | undefined]> = [
      [
        'max_tokens',
        "Unsupported parameter: 'max_tokens' is not supported with this model. Use 'max_completion_tokens' instead.",
        'max_completion_tokens',
      ],
      [
        'temperature',
        "Unsupported value: 'temperature' does not support 0.3 with this model. Only the default (1) value is supported.",
        undefined,
      ],
      ['stream_options', '[{"loc":["body","stream_options"],"msg":"Extra inputs are not permitted"}]', undefined],
    ];
    it.each(refusals)('fails once, in a way to be tried again: %s', async (setting, message, instead) => {
      upstream.reply = (call) => {
        if (setting in call.body) call.json(400, { error: { message } });
        else call.end(done);
      };
      const request = question('Hi', { temperature: 0.3, maxTokens: 50 });
      const { error } = await hear(model, request);
      expect(error).toMatchObject({ code: 'model_unavailable', retryable: true, retryAfterMs: 0 });
      expect(error.message).toContain(setting);
      expect((await hear(model, request)).error).toBeUndefined();
      if (instead) expect(upstream.calls[1].body[instead]).toBe(50);
      expect((await hear(model, { ...request, model: 'another' })).error).toMatchObject({ code: 'model_unavailable' });
    });

    it('is no endless loop', async () => {
      upstream.reply = (call) =>
        call.json(400, { error: { message: 'unsupported: max_tokens, max_completion_tokens' } });
      const request = question('Hi', { maxTokens: 50 });
      expect((await hear(model, request)).error).toMatchObject({ code: 'model_unavailable' });
      expect((await hear(model, request)).error).toMatchObject({ code: 'model_refused' });
      expect((await hear(model, request)).error).toMatchObject({ code: 'model_refused' });
    });

    it('is none where only its value is out of bounds', async () => {
      upstream.reply = (call) => call.json(400, { error: { message: 'temperature must be at most 1' } });
      expect((await hear(model, question('Hi', { temperature: 2 }))).error).toMatchObject({ code: 'model_refused' });
    });
  });
});

describe('OpenAiBodies', () => {
  const body = (
    baseURL: string,
    request: Partial<ModelRequest>,
    models?: ConstructorParameters<typeof OpenAiBodies>[1],
  ) => new OpenAiBodies(baseURL, models).body({ ...question(), temperature: 0.5, maxTokens: 9, ...request });
  const openai = 'https://api.openai.com/v1';
  const local = 'http://localhost:8000/v1';

  it.each([
    [openai, 'gpt-4o', { max_completion_tokens: 9, temperature: 0.5 }],
    [openai, 'o3-mini', { max_completion_tokens: 9 }],
    [openai, 'gpt-5-mini', { max_completion_tokens: 9 }],
    [openai, 'gpt-5-chat-latest', { max_completion_tokens: 9, temperature: 0.5 }],
    [local, 'qwen3', { max_tokens: 9, temperature: 0.5 }],
    [local, 'gpt-oss:20b', { max_tokens: 9, temperature: 0.5 }],
    [local, 'openai/o3', { max_completion_tokens: 9 }],
  ])('knows what is usual: %s %s', (baseURL, model, settings) => {
    const { max_tokens, max_completion_tokens, temperature } = JSON.parse(JSON.stringify(body(baseURL, { model })));
    expect({ max_tokens, max_completion_tokens, temperature }).toEqual(settings);
  });

  it('does as the operator says', () => {
    const models = [
      { name: 'o3', maxTokensField: 'max_tokens' as const, noTemperature: false },
      { name: 'x', maxTokensField: 'max_completion_tokens' as const, noTemperature: true },
    ];
    expect(body(openai, { model: 'o3' }, models)).toMatchObject({ max_tokens: 9, temperature: 0.5 });
    const other = body(local, { model: 'x' }, models);
    expect(other).toMatchObject({ max_completion_tokens: 9, temperature: undefined });
  });
});

describe('readOpenAiList', () => {
  const list = (...entries: object[]) => ({ object: 'list', data: entries });
  const names = (body: unknown, isOpenAi = false) => readOpenAiList(body, isOpenAi).map(({ name }) => name);

  it('keeps the provider’s order, without what does not chat', () => {
    const ids = ['nomic-embed-text', 'qwen3:8b', 'whisper-1', 'llama3.2', 'bge-reranker', 'tts-1'];
    expect(names(list(...ids.map((id) => ({ id }))))).toEqual(['qwen3:8b', 'llama3.2']);
  });

  it('shows what there is where nothing else is left', () => {
    expect(names(list({ id: 'my-embedder' }))).toEqual(['my-embedder']);
  });

  it('sorts OpenAI’s own by age, and leaves out those of its other API', () => {
    const entries = ['gpt-3.5-turbo', 'dall-e-2', 'gpt-4o-realtime', 'o1-pro', 'gpt-4o', 'gpt-3.5-turbo-instruct'];
    expect(names(list(...entries.map((id, created) => ({ id, created }))), true)).toEqual(['gpt-4o', 'gpt-3.5-turbo']);
  });

  it.each([
    [{ max_model_len: 4096 }, 4096],
    [{ context_length: 8192 }, 8192],
    [{ context_window: 131072 }, 131072],
    [{ max_context_length: 32768 }, 32768],
    [{ meta: { n_ctx: 2048, n_ctx_train: 131072 } }, 2048],
    [{ context_length: 0, meta: null }, undefined],
    [{ context_length: 'many' }, undefined],
  ])('finds the window in %j', (entry, tokens) => {
    expect(readOpenAiList(list({ id: 'm', ...entry }), false)).toEqual([{ name: 'm', contextTokens: tokens }]);
  });

  it('takes Gemini’s names as they are asked for', () => {
    expect(names(list({ id: 'models/gemini-2.5-flash' }))).toEqual(['gemini-2.5-flash']);
  });

  it('gives through a model the context to trim to', async () => {
    const upstream = await Upstream.start();
    upstream.reply = (call) => call.json(200, list({ id: 'm', max_model_len: 4096 }));
    const settings = { name: 'vllm', label: 'vLLM', baseURL: upstream.url, keyFrom: '' };
    const limits = { connectMs: 1000, firstByteMs: 1000, idleMs: 1000 };
    const model = new OpenAiCompatibleModel(settings, limits, memoryCache());
    expect(await model.models()).toEqual([{ name: 'm', contextTokens: 4096 }]);
    await model.close();
    await upstream.stop();
  });
});
