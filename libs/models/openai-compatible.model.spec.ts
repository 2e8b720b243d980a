import { chunk, event, type MakeOptions, openAi } from './dialect.testing.js';
import type { Model } from './model.js';
import { begin, hear, question } from './model.testing.js';
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
      upstream.reply = (call) => call.breakOff(chunk({ content: 'a' }), finish('stop'), 'data: {"cho');
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

  it.each([
    { ...usage, completion_tokens: '7' },
    { ...usage, prompt_tokens: 0.5 },
    { ...usage, prompt_tokens: -1 },
  ])('has no usage where the provider counts otherwise: %j', async (wrong) =>
    expect((await answered(finish('stop', { usage: wrong }), done)).usage).toBeUndefined(),
  );

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

  it('tells thoughts in tags as they come, once a model was seen to write them', async () => {
    await answered(openAi.say('<think>\nHm.\n</think>\n', 'Four.'), done);
    upstream.reply = undefined;
    const answer = begin(model);
    const next = answer.next();
    (await upstream.call(1)).send(openAi.say('<think>\nHm'));
    expect(await next).toEqual({ done: false, value: { reasoning: 'Hm' } });
    await answer.return?.();
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

  it('tells the window of its models, for trimming', async () => {
    await model.close();
    make({ models: undefined });
    upstream.reply = (call) => call.json(200, { data: [{ id: 'm', max_model_len: 4096 }] });
    expect(await model.models()).toEqual([{ name: 'm', contextTokens: 4096 }]);
  });

  it('has no model where its list is null (endpoints/ask-null-list)', async () => {
    await model.close();
    make({ models: undefined });
    upstream.reply = (call) => call.json(200, { object: 'list', data: null });
    await expect(model.defaultModel()).rejects.toMatchObject({
      code: 'model_misconfigured',
      message: expect.stringContaining('offers no model'),
    });
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
    it.each(refusals)('is left out at once, and from then on: %s', async (setting, message, instead) => {
      upstream.reply = (call) => {
        if (setting in call.body) call.json(400, { error: { message } });
        else call.end(chunk({ content: 'a' }), done);
      };
      const request = question('Hi', { temperature: 0.3, maxTokens: 50 });
      expect(await hear(model, request)).toMatchObject({ text: 'a', error: undefined });
      expect(upstream.calls).toHaveLength(2);
      expect(await hear(model, request)).toMatchObject({ text: 'a', error: undefined });
      expect(upstream.calls).toHaveLength(3);
      if (instead) expect(upstream.calls[2].body[instead]).toBe(50);
      await hear(model, { ...request, model: 'another' });
      expect(setting in upstream.calls[3].body).toBe(true);
    });

    it('is not taken for refused where the request failed for another reason', async () => {
      upstream.reply = (call, n) => {
        if (n < 2) call.json(400, { error: { message: 'bad request: { "temperature": 0.3, "messages": [] }' } });
        else call.end(done);
      };
      const request = question('Hi', { temperature: 0.3 });
      expect((await hear(model, request)).error).toMatchObject({ code: 'model_refused' });
      await hear(model, request);
      expect(upstream.calls.map(({ body }) => body.temperature)).toEqual([0.3, undefined, 0.3]);
    });

    it('is no endless loop', async () => {
      upstream.reply = (call) =>
        call.json(400, { error: { message: 'unsupported: max_tokens, max_completion_tokens' } });
      const request = question('Hi', { maxTokens: 50 });
      expect((await hear(model, request)).error).toMatchObject({ code: 'model_refused', retryable: false });
      expect(upstream.calls).toHaveLength(2);
    });

    it('is none where only its value is out of bounds', async () => {
      upstream.reply = (call) => call.json(400, { error: { message: 'temperature must be at most 1' } });
      expect((await hear(model, question('Hi', { temperature: 2 }))).error).toMatchObject({ code: 'model_refused' });
    });
  });
});
