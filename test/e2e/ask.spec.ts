import axios from 'axios';
import { Person } from '../support/person.js';
import { TestApp } from '../support/app.js';
import { Provider } from '../support/provider.js';
import { allEvents, eventsOf, textOf } from '../support/sse.js';

describe('asking', () => {
  let provider: Provider;
  let app: TestApp;
  let ada: Person;

  beforeAll(async () => {
    provider = await Provider.start();
    app = await TestApp.start({ ...provider.env, MESSAGE_USER_MAX: '0', API_MAX: '0' });
  });
  afterAll(async () => {
    await app?.stop();
    await provider?.stop();
  });
  beforeEach(async () => {
    provider.calls.length = 0;
    provider.reply = (call) => call.say('Hel', 'lo ', 'there').finish();
    ada = await app.person();
  });

  it('streams created, deltas and final, and keeps what was said', async () => {
    const response = await ada.ask({ message: 'Hi', instructions: 'Be kind.', temperature: 0.3, maxTokens: 50 });
    expect(response.headers.get('content-type')).toMatch(/^text\/event-stream/);
    expect(response.headers.get('cache-control')).toBe('no-cache, no-transform');
    expect(response.headers.get('x-accel-buffering')).toBe('no');
    expect(response.headers.get('x-request-id')).toBeTruthy();
    expect(response.headers.get('ratelimit')).toBeNull();
    const events = await allEvents(response);

    expect(events[0]).toMatchObject({ id: '1-0', event: 'created', data: { endpoint: 'openAI', model: 'gpt-test' } });
    events.forEach((event, seq) => expect(event.id).toBe(`1-${seq}`));
    expect(textOf(events)).toBe('Hello there');
    const { message, conversation, usage } = events.at(-1)!.data;
    expect(events.at(-1)!.event).toBe('final');
    expect(message).toMatchObject({ text: 'Hello there', status: 'complete', role: 'assistant', model: 'gpt-test' });
    expect(usage).toEqual({ inputTokens: 5, outputTokens: 7 });
    expect(conversation).toMatchObject({ title: 'Hi', instructions: 'Be kind.', temperature: 0.3, endpoint: 'openAI' });

    expect(provider.calls[0].body).toMatchObject({ model: 'gpt-test', temperature: 0.3, stream: true });
    expect(provider.calls[0].body.messages).toEqual([
      { role: 'system', content: 'Be kind.' },
      { role: 'user', content: 'Hi' },
    ]);
    const [question, answer] = await ada.messages(conversation.id);
    expect(question).toMatchObject({ id: events[0].data.userMessageId, text: 'Hi', role: 'user', parentId: null });
    expect(answer).toEqual(message);
  });

  it('goes on with a conversation, branches under a parent, and answers an old question again', async () => {
    const first = await ada.askAll('one');
    const { conversationId, messageId, userMessageId } = first[0].data;
    const second = await ada.askAll({ message: 'two', conversationId });
    expect(provider.calls[1].body.messages.map((m: any) => m.content)).toEqual(['one', 'Hello there', 'two']);
    const branch = await ada.askAll({ message: 'another two', conversationId, parentMessageId: messageId });
    expect(provider.calls[2].body.messages.map((m: any) => m.content)).toEqual(['one', 'Hello there', 'another two']);
    const again = await ada.askAll({ conversationId, answerTo: userMessageId });
    expect(provider.calls[3].body.messages.map((m: any) => m.content)).toEqual(['one']);
    const root = await ada.askAll({ message: 'a new root', conversationId, parentMessageId: null });
    expect(provider.calls[4].body.messages.map((m: any) => m.content)).toEqual(['a new root']);

    const messages = await ada.messages(conversationId);
    const byId = new Map(messages.map((m) => [m.id, m]));
    expect(byId.get(second[0].data.userMessageId).parentId).toBe(messageId);
    expect(byId.get(branch[0].data.userMessageId).parentId).toBe(messageId);
    expect(byId.get(again[0].data.messageId).parentId).toBe(userMessageId);
    expect(again[0].data.userMessageId).toBe(userMessageId);
    expect(byId.get(root[0].data.userMessageId).parentId).toBeNull();
    for (const { id, parentId } of messages) if (parentId) expect(id > parentId).toBe(true);
  });

  it('gives JSON to a client that asks for it, and the stream to fetch and curl', async () => {
    const { data, status } = await axios.post(
      `${app.url}/api/ask/openAI`,
      { message: 'Hi' },
      { headers: { authorization: `Bearer ${ada.token}` } },
    );
    expect(status).toBe(200);
    expect(data.message).toMatchObject({ text: 'Hello there', status: 'complete' });
    expect(data.conversation.title).toBe('Hi');
    expect(data.usage).toEqual({ inputTokens: 5, outputTokens: 7 });

    const both = await ada.ask('Hi', 'openAI', { accept: 'text/event-stream, application/json' });
    expect(both.headers.get('content-type')).toMatch(/event-stream/);
    expect(textOf(await allEvents(both))).toBe('Hello there');
  });

  it.each(['Application/JSON', 'application/json;q=0.5', 'text/event-stream;q=0, application/json; charset=utf-8'])(
    'gives JSON to who accepts %s',
    async (accept) => {
      const response = await ada.ask('Hi', 'openAI', { accept });
      expect(response.headers.get('content-type')).toMatch(/^application\/json/);
      expect(((await response.json()) as any).message.text).toBe('Hello there');
    },
  );

  it('answers a failure in JSON with 502 and the messageId', async () => {
    provider.reply = (call) => call.fail(401);
    const response = await ada.ask('Hi', 'openAI', { accept: 'application/json' });
    expect(response.status).toBe(502);
    expect(response.headers.get('content-type')).toMatch(/problem\+json/);
    const problem = (await response.json()) as any;
    expect(problem).toMatchObject({ code: 'model_misconfigured', messageId: problem.message.id });
  });

  it('answers with the demo endpoint, which needs nothing', async () => {
    const events = await ada.askAll('Hi', 'demo');
    expect(events.at(-1)).toMatchObject({ event: 'final', data: { message: { status: 'complete' } } });
    expect(textOf(events)).toBe(events.at(-1)!.data.message.text);
  });

  it('lists the endpoints', async () => {
    const { items } = await ada.get('/api/endpoints');
    expect(items).toContainEqual(
      expect.objectContaining({ name: 'openAI', models: ['gpt-test', 'gpt-other'], defaultModel: 'gpt-test' }),
    );
    expect(items.map((item: any) => item.name)).toContain('demo');
  });

  it('tells what models can where one asks for details', async () => {
    const { items } = await ada.get('/api/endpoints?details=true');
    const demo = items.find(({ name }: any) => name === 'demo');
    const input = ['text', 'image', 'pdf'];
    expect(demo).toMatchObject({
      models: [{ name: 'demo', input, reasoning: true, tools: false }],
      defaultModel: 'demo',
    });
    const openAI = items.find(({ name }: any) => name === 'openAI');
    expect(openAI.models[0]).toEqual({ name: 'gpt-test', input: ['text'], reasoning: false, tools: false });
    expect(await ada.get('/api/endpoints?details=false')).toEqual(await ada.get('/api/endpoints'));
  });

  it('lists endpoints, and what runs, page by page', async () => {
    provider.reply = undefined;
    for (const text of ['one', 'two', 'three']) await ada.ask(text);
    for (const [path, key] of [
      ['/api/endpoints', 'name'],
      ['/api/streams', 'messageId'],
    ]) {
      const all = (await ada.get(path)).items.map((item: any) => item[key]);
      expect(all.length).toBeGreaterThan(1);
      const found = [];
      for (let cursor = ''; ;) {
        const page = await ada.get(`${path}?limit=1${cursor}`);
        found.push(...page.items.map((item: any) => item[key]));
        if (!page.nextCursor) break;
        cursor = `&cursor=${page.nextCursor}`;
      }
      expect(found).toEqual(all);
    }
    await provider.call(2);
    for (const call of provider.calls) call.finish();
  });

  it('takes the model that is named', async () => {
    await ada.askAll({ message: 'Hi', model: 'gpt-other' });
    expect(provider.calls[0].body.model).toBe('gpt-other');
  });

  it('asks no model that is not offered, whatever a conversation was set to: the default instead', async () => {
    const [{ data }] = await ada.askAll('Hi', 'demo');
    const { conversationId } = data;
    const goOn = async (body: object) => (await ada.askAll({ message: 'And now?', conversationId, ...body }))[0].data;
    // The demo's model is still its own.
    expect((await ada.call('PATCH', `/api/convos/${conversationId}`, { endpoint: 'openAI' })).status).toBe(200);
    expect(await goOn({})).toMatchObject({ endpoint: 'openAI', model: 'gpt-test' });
    expect((await ada.call('PATCH', `/api/convos/${conversationId}`, { model: 'gpt-dear' })).status).toBe(200);
    expect((await goOn({})).model).toBe('gpt-test');
    expect((await goOn({ model: 'gpt-other' })).model).toBe('gpt-other');
    expect(provider.calls.map(({ body }) => body.model)).toEqual(['gpt-test', 'gpt-test', 'gpt-other']);
  });

  it.each(['0190e0a0-0000-7000-8000-000000000000', 'ffffffff-ffff-7fff-bfff-ffffffffffff'])(
    'knows no parent %s',
    async (parentMessageId) => {
      const [{ data }] = await ada.askAll('Hi');
      const refused = await ada.ask({ message: 'Yes?', conversationId: data.conversationId, parentMessageId });
      expect([refused.status, ((await refused.json()) as any).code]).toEqual([404, 'message_unknown']);
    },
  );

  it('goes on when the reader leaves, and shows what runs', async () => {
    provider.reply = undefined;
    const reader = new AbortController();
    const response = await fetch(`${app.url}/api/ask/openAI`, {
      method: 'POST',
      headers: { authorization: `Bearer ${ada.token}`, 'content-type': 'application/json' },
      body: '{"message":"Hi"}',
      signal: reader.signal,
    });
    const created = (await eventsOf(response).next()).value!;
    reader.abort();
    const call = await provider.call(0);
    const { items } = await ada.get('/api/streams');
    expect(items).toEqual([expect.objectContaining({ messageId: created.data.messageId, state: 'running' })]);
    call.say('still here').finish();
    const events = await allEvents(await ada.resume(created.data.messageId));
    expect(textOf(events)).toBe('still here');
    expect((await ada.get('/api/streams')).items).toEqual([]);
  });
});

describe('bad questions', () => {
  let app: TestApp;
  let ada: Person;
  beforeAll(async () => {
    app = await TestApp.start({
      DEMO_TOKENS: '3',
      DEMO_TOKENS_PER_SECOND: '1000',
      MESSAGE_USER_MAX: '0',
      API_MAX: '0',
    });
    ada = await app.person();
  });
  afterAll(() => app?.stop());

  const unknown = '0190e0a0-0000-7000-8000-000000000000';
  const cases: Array<[string, unknown, number, string, string?]> = [
    ['no message', {}, 400, 'validation_failed', 'message'],
    ['an empty message', { message: ' \n ' }, 400, 'validation_failed', 'message'],
    ['a message that is no text', { message: 7 }, 400, 'validation_failed', 'message'],
    ['an unknown field', { message: 'Hi', constructor: 1 }, 400, 'validation_failed', 'constructor'],
    ['an operator as a value', { message: { $ne: null } }, 400, 'validation_failed', 'message'],
    ['an unknown field', { message: 'Hi', extra: 1 }, 400, 'validation_failed'],
    ['a prototype', JSON.parse('{"message":"Hi","__proto__":{"admin":true}}'), 400, 'validation_failed'],
    ['a list', [], 400, 'validation_failed'],
    ['a temperature out of bounds', { message: 'Hi', temperature: 9 }, 400, 'validation_failed', 'temperature'],
    ['a parent without a conversation', { message: 'Hi', parentMessageId: unknown }, 400, 'validation_failed'],
    [
      'a message with answerTo',
      { message: 'Hi', conversationId: unknown, answerTo: unknown },
      400,
      'validation_failed',
    ],
    ['an unknown conversation', { message: 'Hi', conversationId: unknown }, 404, 'conversation_unknown'],
    ['a conversation id that is none', { message: 'Hi', conversationId: '../..' }, 404, 'conversation_unknown'],
    ['an unknown model', { message: 'Hi', model: 'gpt-none' }, 404, 'model_unknown'],
    ['a text too long', { message: 'x'.repeat(100_001) }, 400, 'validation_failed', 'message'],
    ['as long as a body may be', { message: 'x'.repeat(665_522) }, 400, 'validation_failed', 'message'],
    ['a byte longer', { message: 'x'.repeat(665_523) }, 413, 'body_too_large'],
  ];
  it.each(cases.map(([name, ...rest]) => ({ name, rest })))(
    'refuses $name',
    async ({ rest: [body, status, code, path] }) => {
      const response = await ada.ask(body as object, 'demo');
      expect(response.headers.get('content-type')).toMatch(/problem\+json/);
      const problem = (await response.json()) as any;
      expect([response.status, problem.code]).toEqual([status, code]);
      expect(problem.instance).toBe(response.headers.get('x-request-id'));
      if (path) expect(problem.errors.map((error: any) => error.path)).toContain(path);
    },
  );

  it('refuses an unknown endpoint', async () => {
    const response = await ada.ask('Hi', 'constructor');
    expect([response.status, ((await response.json()) as any).code]).toEqual([404, 'endpoint_unknown']);
  });

  it('refuses malformed JSON', async () => {
    const response = await fetch(`${app.url}/api/ask/demo`, {
      method: 'POST',
      headers: { authorization: `Bearer ${ada.token}`, 'content-type': 'application/json' },
      body: '{"message": "Hi"',
    });
    expect([response.status, ((await response.json()) as any).code]).toEqual([400, 'validation_failed']);
  });

  it('treats another user’s conversation and messages as unknown', async () => {
    const events = await ada.askAll('mine', 'demo');
    const { conversationId, messageId, userMessageId } = events[0].data;
    const eve = await app.person('Eve');
    const codes = [];
    for (const [method, path, body] of [
      ['POST', '/api/ask/demo', { message: 'Hi', conversationId }],
      ['POST', '/api/ask/demo', { conversationId, answerTo: userMessageId }],
      ['GET', `/api/convos/${conversationId}`],
      ['PATCH', `/api/convos/${conversationId}`, { title: 'stolen' }],
      ['DELETE', `/api/convos/${conversationId}`],
      ['GET', `/api/convos/${conversationId}/messages`],
      ['GET', `/api/streams/${messageId}`],
      ['POST', `/api/streams/${messageId}/stop`],
    ] as const) {
      const response = await eve.call(method, path, body);
      codes.push([response.status, ((await response.json()) as any).code]);
    }
    expect(codes).toEqual([
      ...Array(6).fill([404, 'conversation_unknown']),
      ...Array(2).fill([404, 'message_unknown']),
    ]);
    expect((await ada.get(`/api/convos/${conversationId}`)).conversation.title).toBe('mine');
  });

  it('refuses a parent of another conversation', async () => {
    const one = (await ada.askAll('one', 'demo'))[0].data;
    const two = (await ada.askAll('two', 'demo'))[0].data;
    const body = { message: 'Hi', conversationId: one.conversationId, parentMessageId: two.messageId };
    const response = await ada.ask(body, 'demo');
    expect([response.status, ((await response.json()) as any).code]).toEqual([404, 'message_unknown']);
  });

  it.each(['', 'x'.repeat(256)])('refuses an Idempotency-Key of the wrong length', async (key) => {
    const response = await ada.ask('Hi', 'demo', { 'idempotency-key': key });
    expect([response.status, ((await response.json()) as any).code]).toEqual([400, 'validation_failed']);
  });

  it('refuses a body before it is read where there is no session', async () => {
    for (const authorization of ['', 'Bearer x.y.z', `Bearer ${forged()}`, 'Basic YTpi']) {
      const response = await fetch(`${app.url}/api/ask/demo`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', ...(authorization && { authorization }) },
        body: '{"message":',
      });
      expect([response.status, ((await response.json()) as any).code]).toEqual([401, 'unauthenticated']);
    }
  });

  /** A token that says it needs no signature. */
  function forged(): string {
    const [, payload] = ada.token.split('.');
    return `${Buffer.from('{"alg":"none","typ":"JWT"}').toString('base64url')}.${payload}.`;
  }
});
