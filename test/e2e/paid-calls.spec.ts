import { GenerationMetrics } from '../../src/generation/answer/generation-metrics.service.js';
import { TestApp } from '../support/app.js';
import { eventually } from '../support/eventually.js';
import type { Person } from '../support/person.js';
import { Provider } from '../support/provider.js';
import { eventsOf, textOf } from '../support/sse.js';

describe('calls that a provider is paid for', () => {
  let provider: Provider;
  let app: TestApp;
  let admin: Person;

  beforeAll(async () => {
    provider = await Provider.start();
    app = await TestApp.start(environment());
    admin = await app.person('Root');
  });
  afterAll(async () => {
    await app?.stop();
    await provider?.stop();
  });
  beforeEach(() => {
    provider.calls.length = 0;
    provider.reply = undefined;
  });

  const environment = (more: Record<string, string> = {}) => {
    const limits = { TOKENS_USER_MAX: '1000000', API_MAX: '0', MESSAGE_USER_MAX: '0', CONCURRENT_MESSAGE_MAX: '0' };
    return { ...provider.env, ...limits, QUEUE_ATTEMPTS: '1', OPENAI_MODELS: 'm,strict', ...more };
  };
  const used = async (person: Person, by = admin): Promise<number> => {
    const { items } = await by.get('/api/admin/users');
    return items.find(({ id }: { id: string }) => id === person.user.id).usage.tokens;
  };
  /** About 1,000 tokens. */
  const question = { message: 'word '.repeat(800), model: 'm' };
  const asked = () => provider.calls.filter(({ body }) => body);

  async function begin(person: Person) {
    const events = eventsOf(await person.ask(question));
    const created = (await events.next()).value!.data;
    await eventually(() => asked().length > 0);
    return { events, created, call: asked()[0] };
  }

  it('count while they run', async () => {
    const ada = await app.person();
    const { created } = await begin(ada);
    await eventually(async () => (await used(ada)) === 1000);
    await ada.call('POST', `/api/streams/${created.messageId}/stop`);
  });

  it('count where the answer is stopped before its first word, and it tells so', async () => {
    const ada = await app.person();
    const { events, created } = await begin(ada);
    await ada.call('POST', `/api/streams/${created.messageId}/stop`);
    let last: any;
    for await (const event of events) last = event;
    expect(last.data.message).toMatchObject({ status: 'stopped', text: '' });
    expect(last.data.usage).toEqual({ inputTokens: 1000, outputTokens: 0, estimated: true });
    await eventually(async () => (await used(ada)) === 1000);
  });

  it('count where the conversation is deleted just before the answer’s end', async () => {
    const ada = await app.person();
    const { events, created, call } = await begin(ada);
    call.say('x'.repeat(400));
    await events.next();
    expect((await ada.call('DELETE', `/api/convos/${created.conversationId}`)).status).toBe(204);
    await eventually(() => call.closed);
    await eventually(async () => (await used(ada)) === 1100);
  });

  it('count by the provider’s own count where the answer is whole, and not where it was refused', async () => {
    const ada = await app.person();
    provider.reply = (call) => call.say('four').finish({ prompt_tokens: 900, completion_tokens: 3 });
    expect((await ada.askAll(question)).at(-1)!.data.usage).toEqual({ inputTokens: 900, outputTokens: 3 });
    await eventually(async () => (await used(ada)) === 903);
    provider.reply = (call) => call.fail(503);
    expect((await ada.askAll(question)).at(-1)!.event).toBe('error');
    await eventually(async () => (await used(ada)) === 903);
  });

  it('are no attempt of their own where a setting was refused (extra/attempts-1)', async () => {
    const ada = await app.person();
    provider.reply = (call) => {
      if (call.body.stream_options) call.fail(400, {}, { message: 'Invalid parameter: stream_options' });
      else call.say('good').finish();
    };
    const events = await ada.askAll({ message: 'Hi', model: 'strict' });
    expect([textOf(events), asked().length]).toEqual(['good', 2]);
  });

  it('hold no thoughts of earlier answers (extra/think-sent-back)', async () => {
    const ada = await app.person();
    provider.reply = (call) => call.say('<think>\nsecret', ' plan\n</think>\n\n', 'Four.').finish();
    const first = await ada.askAll({ message: '2+2?', model: 'm' });
    expect(textOf(first)).toBe('Four.');
    await ada.askAll({ message: 'again', model: 'm', conversationId: first[0].data.conversationId });
    const sent = asked()[1].body.messages.map(({ content }: { content: string }) => content);
    expect(sent).toEqual(['2+2?', 'Four.', 'again']);
  });

  it('count where nothing came in time, and not where nobody was there', async () => {
    const hasty = await TestApp.start(environment({ MODEL_FIRST_BYTE_SECONDS: '1' }));
    try {
      const ada = await hasty.person();
      expect((await ada.askAll(question)).at(-1)!.data.code).toBe('model_unavailable');
      expect(asked()).toHaveLength(1);
      await eventually(async () => (await used(ada, ada)) === 1000);
    } finally {
      await hasty.stop();
    }
    const alone = await TestApp.start(environment({ OPENAI_BASE_URL: 'http://127.0.0.1:1/v1' }));
    try {
      const ada = await alone.person();
      expect((await ada.askAll(question)).at(-1)!.data.code).toBe('model_unavailable');
      await eventually(async () => (await used(ada, ada)) === 0);
    } finally {
      await alone.stop();
    }
  });

  it('count where a title took too long', async () => {
    const named = await TestApp.start(environment({ TITLES: 'model' }));
    const told = jest.spyOn(named.get(GenerationMetrics), 'title');
    const timeUp = new AbortController();
    const timeout = AbortSignal.timeout;
    jest
      .spyOn(AbortSignal, 'timeout')
      .mockImplementation((ms) => (ms === 30_000 ? timeUp.signal : timeout.call(AbortSignal, ms)));
    try {
      const ada = await named.person();
      const usage = { prompt_tokens: 3, completion_tokens: 2 };
      provider.reply = (call, n) => n === 0 && call.say('An answer').finish(usage);
      await ada.askAll(question);
      await eventually(async () => asked().length === 2 && (await used(ada, ada)) > 500);
      timeUp.abort(new DOMException('too late', 'TimeoutError'));
      // By then what it cost was settled.
      await eventually(() => told.mock.calls.some(([outcome]) => outcome === 'failed'));
      expect(await used(ada, ada)).toBeGreaterThan(500);
    } finally {
      jest.restoreAllMocks();
      await named.stop();
    }
  });

  it('are not made where nobody knows a model, and the asker is told why (extra/list-401)', async () => {
    const unlisted = await TestApp.start({ ...provider.env, OPENAI_MODELS: '' });
    try {
      const ada = await unlisted.person();
      provider.reply = (call) => call.fail(401, {}, { message: 'bad key' });
      const refused = await ada.ask({ message: 'Hi' });
      expect(refused.status).toBe(503);
      expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(0);
      const problem = (await refused.json()) as { code: string; detail: string };
      expect(problem.code).toBe('model_misconfigured');
      expect(problem.detail).toContain('does not accept this server’s API key');
    } finally {
      await unlisted.stop();
    }
  });
});
