import { connect } from 'node:net';
import { zodResponseFormat } from 'openai/helpers/zod';
import { z } from 'zod';
import type { UpstreamCall } from '../../libs/models/upstream.testing.js';
import { ApiKeyStore } from '../../src/auth/keys/api-key-store.js';
import { HeldCalls } from '../../src/generation/calls/held-calls.service.js';
import { Queue } from '../../src/queue/index.js';
import { CallLeases } from '../../src/rate-limit/index.js';
import { TestApp } from '../support/app.js';
import { Backends, TestCluster } from '../support/cluster.js';
import { eventually } from '../support/eventually.js';
import { Person } from '../support/person.js';
import { Program } from '../support/program.js';
import { anthropicClient, openAiClient, Providers, sayAsAnthropic, sayAsOpenAi } from '../support/programs.js';

jest.setTimeout(180_000);

const SCOPES = { scopes: ['models', 'chat', 'embeddings'] };
const messages = [{ role: 'user' as const, content: 'When is high water?' }];

/** What each provider's upstream says. */
const SPEAKERS = [
  ['openAI/gpt-test', 'openAi', sayAsOpenAi],
  ['anthropic/claude-test', 'anthropic', sayAsAnthropic],
] as const;

describe.each(['embedded', 'on two instances'])('programs, %s', (kind) => {
  let providers: Providers;
  let backends: Backends | undefined;
  let cluster: TestCluster | undefined;
  let one: TestApp;
  let two: TestApp;
  let ada: Person;
  let program: Program;

  beforeAll(async () => {
    providers = await Providers.start();
    const demo = { DEMO_TOKENS: '20', DEMO_TOKENS_PER_SECOND: '10000' };
    const env = { ...providers.env, ...demo, REGISTER_MAX: '0', LOGIN_MAX: '0', REQUEST_BODY_LIMIT: '1mb' };
    if (kind === 'embedded') one = two = await TestApp.start(env);
    else {
      backends = await Backends.start();
      cluster = new TestCluster(backends, env);
      [one, two] = [await cluster.add(), await cluster.add()];
    }
    ada = await one.person();
    program = await Program.of(ada, SCOPES);
  });
  afterAll(async () => {
    await (cluster ?? one)?.stop();
    await backends?.stop();
    await providers?.stop();
  });
  beforeEach(() => providers.reset());

  /** Nothing is held for anybody. */
  const nothingIsLeft = () =>
    eventually(async () => {
      const held = [one, two].map((app) => app.get(HeldCalls).count(true) + app.get(HeldCalls).count(false));
      const { waiting, running } = await one.get(Queue).stats();
      const places = await one.get(CallLeases).count(ada.user.id);
      return [...held, waiting, running, places].every((count) => count === 0);
    });
  const chat = (body: object, headers = {}) =>
    program.call('POST', '/v1/chat/completions', { model: 'openAI/gpt-test', messages, ...body }, headers);
  const message = (body: object) =>
    program.call('POST', '/v1/messages', { model: 'anthropic/claude-test', max_tokens: 9, messages, ...body });

  it('see the models that they may ask, each by its endpoint', async () => {
    const ids = async (by: Program) => (await openAiClient(by).models.list()).data.map(({ id }) => id);
    const all = ['openAI/gpt-test', 'openAI/shared', 'anthropic/claude-test', 'anthropic/shared', 'demo/demo'];
    expect(await ids(program)).toEqual(all);
    const few = await Program.of(ada, { ...SCOPES, models: ['shared', 'demo/demo'] });
    expect(await ids(few)).toEqual(['openAI/shared', 'anthropic/shared', 'demo/demo']);
    expect((await anthropicClient(program).models.list()).data.map(({ id }) => id)).toEqual(all);
    const client = openAiClient(program);
    expect((await client.models.retrieve('anthropic/claude-test')).owned_by).toBe('anthropic');
    expect((await client.models.retrieve('gpt-test')).id).toBe('openAI/gpt-test');
    await expect(client.models.retrieve('shared')).rejects.toMatchObject({
      ...{ status: 404, code: 'model_not_found' },
      message: expect.stringContaining('openAI/shared, anthropic/shared'),
    });
    for (const name of ['none', 'openAI/none', 'none/gpt-test', 'gpt-test']) {
      await expect(openAiClient(few).chat.completions.create({ model: name, messages })).rejects.toMatchObject({
        ...{ status: 404, code: 'model_not_found' },
      });
    }
  });

  describe.each(SPEAKERS)('by %s', (model, provider, say) => {
    const says = (text: string) => (providers[provider].reply = (call) => say(call, { text }));
    /** Calls the tool, and tells what it gave. */
    const usesTool = () => {
      providers[provider].reply = (call, n) =>
        say(
          call,
          n === 0 ? { text: 'Let me see.', tool: { name: 'tide', input: { at: 'Dover' } } } : { text: 'At noon.' },
        );
    };

    it('get chat completions, whole and in pieces', async () => {
      says('High “water” 🌊');
      const client = openAiClient(program);
      const whole = await client.chat.completions.create({ model, messages });
      expect(whole.choices[0]).toMatchObject({ finish_reason: 'stop', message: { content: 'High “water” 🌊' } });
      expect(whole.usage).toMatchObject({ prompt_tokens: 5, completion_tokens: 7 });
      const asked = { model, messages, stream_options: { include_usage: true } };
      const final = await client.chat.completions.stream(asked).finalChatCompletion();
      expect(final.choices[0].message.content).toBe('High “water” 🌊');
      expect(final.usage).toMatchObject({ prompt_tokens: 5, completion_tokens: 7 });
    });

    it('get messages, whole and in pieces', async () => {
      says('High “water” 🌊');
      const client = anthropicClient(program);
      const asked = { model, max_tokens: 100, messages };
      const whole = await client.messages.create(asked);
      expect(whole).toMatchObject({ stop_reason: 'end_turn', content: [{ type: 'text', text: 'High “water” 🌊' }] });
      expect(whole.usage).toMatchObject({ input_tokens: 5, output_tokens: 7 });
      const final = await client.messages.stream(asked).finalMessage();
      expect(final.content).toMatchObject([{ type: 'text', text: 'High “water” 🌊' }]);
    });

    it.each([true, false])('run tools with OpenAI’s runner (stream: %s)', async (stream) => {
      usesTool();
      const tide = jest.fn((_input: object) => '12:00');
      const parameters = { type: 'object', properties: { at: { type: 'string' } } };
      const tool = {
        type: 'function',
        function: { name: 'tide', parameters, parse: JSON.parse, function: tide },
      } as const;
      const runner = openAiClient(program).chat.completions.runTools({ model, messages, tools: [tool], stream } as any);
      expect(await (runner as any).finalContent()).toBe('At noon.');
      expect(tide.mock.calls.map(([input]) => input)).toEqual([{ at: 'Dover' }]);
      expect(JSON.stringify(providers[provider].calls[1].body)).toContain('12:00');
    });

    it('use tools by messages', async () => {
      usesTool();
      const tools = [{ name: 'tide', input_schema: { type: 'object' as const } }];
      const asked = { model, max_tokens: 100, messages, tools };
      const { content, stop_reason } = await anthropicClient(program).messages.stream(asked).finalMessage();
      expect(stop_reason).toBe('tool_use');
      expect(content).toMatchObject([{ type: 'text' }, { type: 'tool_use', name: 'tide', input: { at: 'Dover' } }]);
    });

    it('get an answer in a form', async () => {
      says('{"at":"noon"}');
      const response_format = zodResponseFormat(z.object({ at: z.string() }), 'tide');
      if (provider === 'anthropic') {
        // Told by the tool that stands for the form, where the model has no other way.
        providers.anthropic.reply = (call) => {
          const [tool] = (call.body.tools ?? []) as Array<{ name: string }>;
          sayAsAnthropic(call, tool ? { tool: { name: tool.name, input: { at: 'noon' } } } : { text: '{"at":"noon"}' });
        };
      }
      const parsed = await openAiClient(program).chat.completions.parse({ model, messages, response_format });
      expect(parsed.choices[0].message.parsed).toEqual({ at: 'noon' });
    });

    it('are told what its provider refuses, in its words and without secrets', async () => {
      const secret = provider === 'openAi' ? 'sk-of-openai-1234' : 'sk-of-anthropic-1234';
      providers[provider].reply = (call) =>
        call.json(400, {
          type: 'error',
          error: { type: 'invalid_request_error', message: `Bad x, ${secret}`, param: 'x' },
        });
      for (const stream of [true, false]) {
        const openAi = openAiClient(program).chat.completions.create({ model, messages, stream });
        await expect(openAi).rejects.toMatchObject({ status: 400, message: expect.stringContaining('Bad x') });
        await expect(openAi).rejects.toMatchObject({ message: expect.not.stringContaining(secret) });
        const anthropic = anthropicClient(program).messages.create({ model, max_tokens: 9, messages, stream });
        await expect(anthropic).rejects.toMatchObject({ status: 400, message: expect.stringContaining('Bad x') });
        await expect(anthropic).rejects.toMatchObject({ message: expect.not.stringContaining(secret) });
      }
    });

    it.each([
      [401, 502, 'false'],
      [403, 502, 'false'],
      [429, 429, null],
      [500, 503, null],
      [529, 503, null],
    ])('are told of its %i in our words', async (status, told, retry) => {
      providers[provider].reply = (call) =>
        call.json(
          status,
          { error: { type: 'x', message: 'account acct_777 of the operator' } },
          { 'retry-after': '7' },
        );
      for (const answer of [await chat({ model }), await message({ model, stream: true })]) {
        expect(answer.status).toBe(told);
        expect(answer.headers.get('x-should-retry')).toBe(retry);
        if (told === 429) expect(answer.headers.get('retry-after')).toBe('7');
        const body = (await answer.json()) as { error: { message: string } };
        expect(body.error.message).toBeTruthy();
        expect(JSON.stringify(body)).not.toContain('acct_777');
      }
      await nothingIsLeft();
    });

    it('are told by an event where it breaks off', async () => {
      const cut = (call: UpstreamCall) => call.end('data: {"choices":[{"index":0,"delta":{"content":"Hi"}}]}\n\n');
      providers[provider].reply =
        provider === 'openAi'
          ? cut
          : (call) => call.end('event: message_start\ndata: {"type":"message_start","message":{}}\n\n');
      const text = await (await chat({ model, stream: true })).text();
      if (provider === 'openAi') {
        expect(text).toContain('"Hi"');
        expect(text.trim().split('\n').at(-1)).toContain('"code":"model_broken_stream"');
      }
      expect(text).not.toMatch(/\[DONE\]|"finish_reason":"/);
      await nothingIsLeft();
    });

    it.each(['before the first byte', 'in the middle'])('end its call by leaving %s', async (when) => {
      if (when === 'in the middle') {
        providers[provider].reply = (call) =>
          call.send(
            provider === 'openAi'
              ? 'data: {"choices":[{"index":0,"delta":{"content":"Hi"}}]}\n\n'
              : 'event: message_start\ndata: {"type":"message_start","message":{"usage":{"input_tokens":1,"output_tokens":1}}}\n\n',
          );
      }
      for (const send of [() => chat({ model, stream: true }), () => message({ model, stream: true })]) {
        providers.reset();
        const leaving = new AbortController();
        const { path, body } = await asSent(send);
        const answer = fetch(program.url + path, { ...body, signal: leaving.signal }).catch(() => undefined);
        const call = await providers[provider].call(0);
        const left = performance.now();
        leaving.abort();
        await call.closed();
        expect(performance.now() - left).toBeLessThan(2000);
        await answer;
      }
      await nothingIsLeft();
    });
  });

  /** What such a call sends, without sending it. */
  async function asSent(send: () => Promise<Response>): Promise<{ path: string; body: RequestInit }> {
    const original = globalThis.fetch;
    let sent: [string, RequestInit] | undefined;
    globalThis.fetch = ((url: string, init: RequestInit) => {
      sent = [url, init];
      return Promise.resolve(new Response());
    }) as typeof fetch;
    try {
      await send();
    } finally {
      globalThis.fetch = original;
    }
    return { path: new URL(sent![0]).pathname, body: sent![1] };
  }

  it('get unknown fields through to a provider that speaks the same, and its own back', async () => {
    providers.openAi.reply = (call) => call.json(200, { id: 'c1', choices: [], own: { field: 1 } });
    expect(await (await chat({ new_field: { a: 1 } })).json()).toMatchObject({ own: { field: 1 } });
    expect(providers.openAi.calls[0].body).toEqual({ model: 'gpt-test', messages, new_field: { a: 1 } });
    expect(providers.openAi.calls[0].headers.authorization).toBe('Bearer sk-of-openai-1234');
    providers.anthropic.reply = (call) => sayAsAnthropic(call, { text: 'Hi' });
    const beta = { 'anthropic-beta': 'a-beta', 'anthropic-version': '2023-06-01' };
    await program.call('POST', '/v1/messages', { model: 'claude-test', max_tokens: 9, messages, other: 1 }, beta);
    expect(providers.anthropic.calls[0].body).toMatchObject({ model: 'claude-test', other: 1 });
    expect(providers.anthropic.calls[0].headers).toMatchObject({ ...beta, 'x-api-key': 'sk-of-anthropic-1234' });
  });

  it('find what they may call described, apart from what people call', async () => {
    const paths = async (at: string) => Object.keys(((await (await fetch(one.url + at)).json()) as any).paths).sort();
    const calls = ['chat/completions', 'embeddings', 'messages', 'messages/count_tokens', 'models', 'models/{path}'];
    expect(await paths('/v1/docs/json')).toEqual(calls.map((call) => `/v1/${call}`));
    expect((await paths('/docs/json')).filter((path) => path.startsWith('/v1'))).toEqual([]);
  });

  it('talk to the demo', async () => {
    const { choices } = await openAiClient(program).chat.completions.create({ model: 'demo', messages });
    expect(choices[0].message.content).toBeTruthy();
    const asked = { model: 'demo/demo', max_tokens: 100, messages };
    expect((await anthropicClient(program).messages.stream(asked).finalMessage()).content[0].type).toBe('text');
  });

  it('get embeddings', async () => {
    const vector = Buffer.from(new Float32Array([1, 2]).buffer).toString('base64');
    const usage = { prompt_tokens: 3, total_tokens: 3 };
    providers.openAi.reply = (call) =>
      call.json(200, {
        object: 'list',
        model: 'gpt-test',
        usage,
        data: [{ object: 'embedding', index: 0, embedding: vector }],
      });
    const made = await openAiClient(program).embeddings.create({ model: 'openAI/gpt-test', input: ['a'] });
    expect(made.data[0].embedding).toEqual([1, 2]);
    expect(providers.openAi.calls[0]).toMatchObject({
      path: '/v1/embeddings',
      body: { model: 'gpt-test', input: ['a'] },
    });
    for (const model of ['anthropic/claude-test', 'demo/demo']) {
      const refused = openAiClient(program).embeddings.create({ model, input: 'a' });
      await expect(refused).rejects.toMatchObject({ status: 400, param: 'model' });
    }
    await expect(openAiClient(program).embeddings.create({ model: 'openAI/gpt-test' } as any)).rejects.toMatchObject({
      status: 400,
      param: 'input',
      code: 'missing_required_parameter',
    });
  });

  it('count tokens: by the provider where it does', async () => {
    providers.anthropic.reply = (call) => call.json(200, { input_tokens: 42 });
    const count = (model: string) => anthropicClient(program).messages.countTokens({ model, messages });
    expect(await count('claude-test')).toMatchObject({ input_tokens: 42 });
    expect(providers.anthropic.calls[0].path).toBe('/v1/messages/count_tokens');
    expect((await count('gpt-test')).input_tokens).toBeGreaterThan(3);
    providers.anthropic.reply = (call) => call.json(404, {});
    expect((await count('claude-test')).input_tokens).toBeGreaterThan(3);
    await expect(anthropicClient(program).messages.countTokens({ model: 'none', messages })).rejects.toMatchObject({
      status: 404,
    });
  });

  it('are refused in their dialect', async () => {
    const refusals: Array<[object, number, string | null]> = [
      [{ n: 2 }, 400, 'n'],
      [{ stream: 'yes' }, 400, 'stream'],
      [{ model: undefined }, 400, 'model'],
      [{ model: 'none' }, 404, null],
      [{ service_tier: 'priority' }, 400, 'service_tier'],
    ];
    for (const [body, status, param] of refusals) {
      const answer = await chat(body);
      expect([body, answer.status]).toEqual([body, status]);
      expect(((await answer.json()) as any).error).toMatchObject({ type: 'invalid_request_error', param });
    }
    const bad = await message({ stream: 'yes' });
    expect(bad.status).toBe(400);
    expect(await bad.json()).toMatchObject({
      type: 'error',
      error: { type: 'invalid_request_error' },
      request_id: bad.headers.get('request-id'),
    });
    expect(providers.openAi.calls).toHaveLength(0);

    const none = await Program.of(ada, { scopes: ['embeddings'] });
    await expect(openAiClient(none).chat.completions.create({ model: 'demo', messages })).rejects.toMatchObject({
      ...{ status: 403, code: 'scope_missing', type: 'permission_error' },
    });
    const anthropic = anthropicClient(none).messages.create({ model: 'demo', max_tokens: 9, messages });
    await expect(anthropic).rejects.toMatchObject({ status: 403, type: 'permission_error' });
    const keyless = await fetch(`${one.url}/v1/models`, { headers: { authorization: `Bearer ${ada.token}` } });
    expect([keyless.status, ((await keyless.json()) as any).error.code]).toEqual([401, 'invalid_api_key']);
    const unknown = await program.call('GET', '/v1/nothing');
    expect([unknown.status, ((await unknown.json()) as any).error.type]).toEqual([404, 'invalid_request_error']);
    const posted = await program.call('POST', '/v1/messages/nothing', { a: 1 });
    expect([posted.status, ((await posted.json()) as any).error.type]).toEqual([404, 'not_found_error']);
    const noJson = await fetch(`${one.url}/v1/messages`, {
      ...{ method: 'POST', body: '{', headers: { 'x-api-key': program.secret, 'content-type': 'application/json' } },
    });
    expect([noJson.status, ((await noJson.json()) as any).type]).toEqual([400, 'error']);
  });

  it('may not send 100 MB', async () => {
    const part = Buffer.alloc(1024 * 1024, 'x');
    const large = new ReadableStream({
      pull: (controller) => controller.enqueue(part),
    });
    const headers = { 'x-api-key': program.secret, 'content-type': 'application/json' };
    const sent = { method: 'POST', headers, body: large, duplex: 'half' } as RequestInit;
    const answer = await fetch(`${one.url}/v1/chat/completions`, sent);
    expect(answer.status).toBe(413);
    expect(((await answer.json()) as any).error).toMatchObject({ code: 'body_too_large' });
  });

  it('tell what is left of their limits', async () => {
    providers.openAi.reply = (call) => sayAsOpenAi(call, { text: 'Hi' });
    const { headers } = await chat({});
    expect(headers.get('ratelimit-policy')).toBe('"program-user";q=1000;w=60');
    expect(headers.get('x-ratelimit-limit-requests')).toBe('1000');
    expect(Number(headers.get('x-ratelimit-remaining-requests'))).toBeLessThan(1000);
    providers.anthropic.reply = (call) => sayAsAnthropic(call, { text: 'Hi' });
    const told = (await message({ stream: true })).headers;
    expect(told.get('anthropic-ratelimit-requests-limit')).toBe('1000');
    expect(Date.parse(told.get('anthropic-ratelimit-requests-reset')!)).not.toBeNaN();
  });

  it.each(['openAI/gpt-test', 'anthropic/claude-test'])('that do not read hold up the stream of %s', async (model) => {
    const { port } = new URL(one.url);
    const body = JSON.stringify({ model, messages, stream: true });
    const head = [
      ...['POST /v1/chat/completions HTTP/1.1', 'host: localhost', `x-api-key: ${program.secret}`],
      ...['content-type: application/json', `content-length: ${Buffer.byteLength(body)}`],
    ];
    const socket = connect(Number(port), '127.0.0.1').pause();
    socket.write(`${head.join('\r\n')}\r\n\r\n${body}`);
    const isOpenAi = model.startsWith('openAI');
    const call = await providers[isOpenAi ? 'openAi' : 'anthropic'].call(0);
    const text = 'x'.repeat(64 * 1024);
    const piece = isOpenAi
      ? `data: ${JSON.stringify({ choices: [{ index: 0, delta: { content: text } }] })}\n\n`
      : `data: ${JSON.stringify({ type: 'content_block_delta', index: 0, delta: { type: 'text_delta', text } })}\n\n`;
    // 128 MB, of which the buffers of sockets take some.
    expect(await call.fill(piece, 2000)).toBeLessThan(1000);
    socket.destroy();
    await call.closed();
    await nothingIsLeft();
  });

  it('lose them where their account is disabled, and where the signal of it was lost', async () => {
    const eve = await one.person('Eve');
    for (const end of ['disabled', 'lost']) {
      providers.reset();
      const going = (await Program.of(eve, SCOPES)).at(two.url);
      const stream = going.call('POST', '/v1/chat/completions', { model: 'gpt-test', messages, stream: true });
      const call = await providers.openAi.call(0);
      call.send('data: {"choices":[{"index":0,"delta":{"content":"Hi"}}]}\n\n');
      const text = (await stream).text();
      if (end === 'lost') await one.get(ApiKeyStore).remove(going.key.id);
      else await ada.call('PATCH', `/api/admin/users/${eve.user.id}`, { disabled: true });
      expect(await text).toContain('invalid_api_key');
      await call.closed();
      await ada.call('PATCH', `/api/admin/users/${eve.user.id}`, { disabled: false });
      eve.token = (await Person.logIn(one.url, eve.user.email)).token;
    }
  });

  it('lose their streams at once where their key is revoked on another instance', async () => {
    const going = await Program.of(ada, SCOPES);
    const stream = going
      .at(two.url)
      .call('POST', '/v1/chat/completions', { model: 'gpt-test', messages, stream: true });
    const call = await providers.openAi.call(0);
    call.send('data: {"choices":[{"index":0,"delta":{"content":"Hi"}}]}\n\n');
    const text = (await stream).text();
    await ada.call('DELETE', `/api/keys/${going.key.id}`);
    expect(await text).toContain('invalid_api_key');
    await call.closed();
    expect((await going.call('GET', '/v1/models')).status).toBe(401);
    await nothingIsLeft();
  });
});
