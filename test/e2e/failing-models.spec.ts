import { tooLarge } from '../../libs/errors/index.js';
import { Messages } from '../../src/chat/store/index.js';
import { Person } from '../support/person.js';
import { TestApp } from '../support/app.js';
import { type Call, Provider } from '../support/provider.js';
import { textOf } from '../support/sse.js';

describe('a model that fails', () => {
  let provider: Provider;
  let app: TestApp;
  let ada: Person;

  beforeAll(async () => {
    provider = await Provider.start();
    app = await TestApp.start({
      ...provider.env,
      QUEUE_BACKOFF_MS: '1',
      MODEL_FIRST_BYTE_SECONDS: '1',
      MODEL_IDLE_SECONDS: '1',
      MESSAGE_USER_MAX: '0',
      API_MAX: '0',
    });
    ada = await app.person();
  });
  afterAll(async () => {
    await app?.stop();
    await provider?.stop();
  });
  beforeEach(() => {
    provider.calls.length = 0;
  });

  const passing: Array<[string, (call: Call) => unknown, string]> = [
    ['is down', (call) => call.fail(503), 'model_unavailable'],
    ['is too busy', (call) => call.fail(429), 'model_rate_limited'],
    ['times out', (call) => call.fail(408), 'model_unavailable'],
    ['conflicts', (call) => call.fail(409), 'model_unavailable'],
    ['never answers', () => undefined, 'model_unavailable'],
    ['falls silent', (call) => call.say('half'), 'model_broken_stream'],
    ['ends without its end marker', (call) => call.say('half').breakOff(), 'model_broken_stream'],
    ['sends garbage', (call) => call.raw('<html>Bad gateway</html>'), 'model_broken_stream'],
  ];
  it.each(passing)('%s: is tried again, and the answer starts over', async (_name, fail, reason) => {
    provider.reply = (call, n) => (n < 2 ? fail(call) : call.say('good').finish());
    const events = await ada.askAll('Hi');
    const [first, second] = events.filter(({ event }) => event === 'retry').map(({ data }) => data);
    expect(first).toEqual({ attempt: 1, afterMs: 1, reason });
    expect(second).toEqual({ attempt: 2, afterMs: 2, reason });
    expect(events.filter(({ event }) => event === 'reset').map(({ data }) => data)).toEqual([
      { attempt: 2, reason: 'retry' },
      { attempt: 3, reason: 'retry' },
    ]);
    expect(textOf(events)).toBe('good');
    expect(events.at(-1)).toMatchObject({ event: 'final', data: { message: { text: 'good' } } });
    expect(provider.calls).toHaveLength(3);
  });

  it('says more than can be stored: the answer ends with what was saved of it, and is not asked for again', async () => {
    const messages = app.get(Messages);
    const finish = messages.finish.bind(messages);
    const tries = jest.spyOn(messages, 'finish').mockImplementation(async (ref, epoch, owner, end) => {
      if (end.text !== undefined) throw tooLarge();
      return finish(ref, epoch, owner, end);
    });
    provider.reply = (call) => call.say('too much').finish();
    const events = await ada.askAll('Hi');
    expect(tries).toHaveBeenCalledTimes(2);
    tries.mockRestore();
    expect(events.at(-1)).toMatchObject({
      event: 'error',
      data: { code: 'model_broken_stream', retryable: false, message: { status: 'interrupted' } },
    });
    expect(provider.calls).toHaveLength(1);
  });

  it('is asked no more often than configured, and the text of the last attempt that had one is kept', async () => {
    provider.reply = (call, n) => (n === 1 ? call.say('the second').breakOff() : call.fail(500));
    const events = await ada.askAll('Hi');
    expect(provider.calls).toHaveLength(3);
    const { event, data } = events.at(-1)!;
    expect(event).toBe('error');
    expect(data).toMatchObject({ code: 'model_unavailable', retryable: true });
    expect(data.message).toMatchObject({ status: 'interrupted', text: 'the second' });
    expect((await ada.messages(data.message.conversationId)).at(-1)).toEqual(data.message);
  });

  const lasting: Array<[string, (call: Call) => unknown, string]> = [
    ['a wrong key', (call) => call.fail(401), 'model_misconfigured'],
    ['an unknown model', (call) => call.fail(404), 'model_misconfigured'],
    ['a refused prompt', (call) => call.fail(400, {}, { message: 'no such prompts' }), 'model_refused'],
    [
      'a prompt too long',
      (call) => call.fail(400, {}, { message: 'too long', code: 'context_length_exceeded' }),
      'context_too_long',
    ],
  ];
  it.each(lasting)('%s: fails at once, in words to act on', async (_name, fail, code) => {
    provider.reply = fail;
    const events = await ada.askAll('Hi');
    expect(events.map(({ event }) => event)).toEqual(['created', 'error']);
    expect(events[1].data).toMatchObject({ code, retryable: false, message: { status: 'interrupted', text: '' } });
    expect(events[1].data.title.length).toBeGreaterThan(20);
    expect(JSON.stringify(events)).not.toContain('sk-test');
    expect(provider.calls).toHaveLength(1);
  });

  // The status decides before the words do, which are those of conversations that are too long.
  it.each([
    ['upstream/throttle-tokens-minute', 429, {}, { message: 'You sent too many tokens per minute' }],
    [
      'upstream/throttle-input-tokens',
      429,
      { 'retry-after': '1' },
      { type: 'rate_limit_error', message: 'Too many input tokens this minute, slow down' },
    ],
    ['upstream/503-context-words', 503, {}, { message: 'maximum context length cache is warming' }],
  ])(
    'is tried again where it is only throttled or down, whatever its words (%s)',
    async (_name, status, headers, error) => {
      provider.reply = (call, n) => (n === 0 ? call.fail(status, headers, error) : call.say('good').finish());
      const events = await ada.askAll('Hi');
      expect([textOf(events), provider.calls.length]).toEqual(['good', 2]);
      expect(events.at(-1)).toMatchObject({ event: 'final', data: { message: { status: 'complete' } } });
    },
  );

  it('waits as long as the provider says, but no longer than a minute', async () => {
    provider.reply = (call, n) => (n === 0 ? call.fail(429, { 'retry-after': '1' }) : call.say('ok').finish());
    const events = await ada.askAll('Hi');
    expect(events[1]).toMatchObject({ event: 'retry', data: { afterMs: 1000, reason: 'model_rate_limited' } });
    expect(textOf(events)).toBe('ok');

    provider.reply = (call) => call.fail(429, { 'retry-after': '61' });
    const given = await ada.askAll('Hi');
    expect(given.map(({ event }) => event)).toEqual(['created', 'error']);
    expect(given[1].data).toMatchObject({ code: 'model_rate_limited', retryable: true });
  });

  it('counts what all attempts used, and estimates where the provider does not say', async () => {
    provider.reply = (call, n) =>
      n === 0 ? call.say('12345678').breakOff() : call.say('x').finish({ prompt_tokens: 10, completion_tokens: 1 });
    const [final] = (await ada.askAll('four')).slice(-1);
    // The first attempt by estimate: one token in, two out.
    expect(final.data.usage).toEqual({ inputTokens: 11, outputTokens: 3, estimated: true });
    expect(final.data.message.usage).toEqual(final.data.usage);
  });

  it('is nowhere: the question is kept and the answer says so', async () => {
    const lost = await TestApp.start({
      OPENAI_BASE_URL: 'http://127.0.0.1:9/v1',
      OPENAI_MODELS: 'gpt-test',
      QUEUE_ATTEMPTS: '1',
    });
    try {
      const eve = await lost.person();
      const events = await eve.askAll('Hi');
      expect(events.at(-1)!.data).toMatchObject({ code: 'model_unavailable', retryable: true });
      expect(await eve.messages(events[0].data.conversationId)).toHaveLength(2);
    } finally {
      await lost.stop();
    }
  });
});
