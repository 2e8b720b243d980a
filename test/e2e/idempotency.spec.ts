import { randomUUID } from 'node:crypto';
import { Person } from '../support/person.js';
import { TestApp } from '../support/app.js';
import { Provider } from '../support/provider.js';
import { allEvents, eventsOf, textOf } from '../support/sse.js';
import { dependencyDown } from '../../libs/errors/index.js';
import { EventLog } from '../../libs/event-log/index.js';
import { Queue } from '../../src/queue/index.js';
import { Messages } from '../../src/chat/store/index.js';
import { IdempotencyKeys } from '../../src/generation/keys/idempotency-keys.js';

describe('an Idempotency-Key', () => {
  let provider: Provider;
  let app: TestApp;
  let ada: Person;
  let key: Record<string, string>;

  beforeAll(async () => {
    provider = await Provider.start();
    app = await TestApp.start({ ...provider.env, MESSAGE_USER_MAX: '100', API_MAX: '0', CONCURRENT_MESSAGE_MAX: '3' });
  });
  afterAll(async () => {
    await app?.stop();
    await provider?.stop();
  });
  beforeEach(async () => {
    provider.calls.length = 0;
    provider.reply = (call) => call.say('one ', 'answer').finish();
    ada = await app.person();
    key = { 'idempotency-key': randomUUID() };
  });
  afterEach(() => jest.restoreAllMocks());

  it('never starts a second generation: twenty at once get the same one', async () => {
    const answers = await Promise.all(Array.from({ length: 20 }, () => ada.askAll('Hi', 'openAI', key)));
    expect(new Set(answers.map((events) => events[0].data.messageId)).size).toBe(1);
    for (const events of answers) expect(textOf(events)).toBe('one answer');
    expect(provider.calls).toHaveLength(1);
    expect((await ada.get('/api/convos')).items).toHaveLength(1);
  });

  it('attaches to a running one and counts against no limit', async () => {
    provider.reply = undefined;
    const events = eventsOf(await ada.ask('Hi', 'openAI', key));
    const created = (await events.next()).value!;
    const repeat = await ada.ask('Hi', 'openAI', key);
    expect(repeat.headers.get('ratelimit') ?? '').not.toContain('message-user');
    (await provider.call(0)).say('x').finish();
    const seen = await allEvents(repeat);
    expect(seen[0]).toEqual(created);
    expect(seen.at(-1)!.event).toBe('final');
    const next = await ada.ask('Hi there');
    expect(next.headers.get('ratelimit')).toContain('"message-user";r=98');
    await next.body!.cancel();
  });

  it('tells nothing of an answer that was deleted meanwhile', async () => {
    const [{ data }] = await ada.askAll('Hi', 'openAI', { 'idempotency-key': 'gone' });
    expect((await ada.call('DELETE', `/api/convos/${data.conversationId}`)).status).toBe(204);
    const repeat = await ada.ask('Hi', 'openAI', { 'idempotency-key': 'gone' });
    expect([repeat.status, ((await repeat.json()) as any).code]).toEqual([404, 'message_unknown']);
  });

  it('is refused with another body, another endpoint; and is each user’s own', async () => {
    await ada.askAll('Hi', 'openAI', key);
    for (const response of [await ada.ask('Ho', 'openAI', key), await ada.ask('Hi', 'demo', key)]) {
      expect([response.status, ((await response.json()) as any).code]).toEqual([422, 'idempotency_mismatch']);
    }
    const bob = await app.person('Bob');
    expect((await bob.askAll('Ho', 'openAI', key)).at(-1)!.event).toBe('final');
  });

  it('is answered from the message when the log is gone', async () => {
    const events = await ada.askAll('Hi', 'openAI', key);
    const { messageId, conversationId } = events[0].data;
    await app.get(EventLog).delete(`${conversationId}:${messageId}`);
    const again = await ada.askAll('Hi', 'openAI', key);
    expect(again.map(({ event }) => event)).toEqual(['created', 'final']);
    expect(again[0]).toEqual(events[0]);
    expect(again[1].data).toEqual(events.at(-1)!.data);
    const json = await ada.ask('Hi', 'openAI', { ...key, accept: 'application/json' });
    expect(await json.json()).toEqual(events.at(-1)!.data);
  });

  it('is not kept by a refused question', async () => {
    const refused = await ada.ask({ message: 'Hi', model: 'nope' }, 'openAI', key);
    expect(refused.status).toBe(404);
    expect((await ada.askAll('Hi', 'openAI', key)).at(-1)!.event).toBe('final');
  });

  it('is kept by a question that is stored and can’t be put in line: its repeat does that, with the same ids', async () => {
    const add = jest.spyOn(app.get(Queue), 'add');
    const told = new Set<string>();
    for (const error of [dependencyDown('queue'), ...Array.from({ length: 4 }, () => new Error('no good'))]) {
      add.mockRejectedValue(error);
      const response = await ada.ask('Hi', 'openAI', key);
      const { code, messageId } = (await response.json()) as any;
      expect([response.status, code, response.headers.get('retry-after')]).toEqual([503, 'dependency_down', '2']);
      told.add(messageId);
    }
    expect((await ada.get('/api/streams')).items).toMatchObject([{ state: 'waiting' }]);
    add.mockRestore();
    expect(provider.calls).toHaveLength(0);
    const events = await ada.askAll('Hi', 'openAI', key);
    expect(textOf(events)).toBe('one answer');
    expect([...told]).toEqual([events[0].data.messageId]);
    expect((await ada.get('/api/convos')).items).toHaveLength(1);
    expect((await ada.get('/api/streams')).items).toEqual([]);
  });

  it('is put in line all the same where the queue was away for a moment', async () => {
    jest.spyOn(app.get(Queue), 'add').mockRejectedValueOnce(dependencyDown('queue'));
    expect(textOf(await ada.askAll('Hi', 'openAI', key))).toBe('one answer');
    expect((await ada.get('/api/convos')).items).toHaveLength(1);
  });

  it('streams after all where only the queue’s reply was lost, and a worker has it', async () => {
    const queue = app.get(Queue);
    const add = queue.add.bind(queue);
    jest.spyOn(queue, 'add').mockImplementationOnce(async (job) => {
      await add(job);
      await provider.call(0);
      throw dependencyDown('queue');
    });
    expect(textOf(await ada.askAll('Hi', 'openAI', key))).toBe('one answer');
  });

  it('is kept where the outcome is unknown, and the repeat finishes with the same ids', async () => {
    const messages = app.get(Messages);
    const keys = app.get(IdempotencyKeys);
    const append = messages.appendTurn.bind(messages);
    // Stored, but the answer got lost.
    jest.spyOn(messages, 'appendTurn').mockImplementationOnce(async (turn) => {
      await append(turn);
      throw dependencyDown('database');
    });
    const response = await ada.ask('Hi', 'openAI', key);
    expect(response.status).toBe(503);
    const record = (await keys.get(ada.user.id, key['idempotency-key']))!;
    expect(record.accepted).toBe(false);
    // Its time is over.
    jest.spyOn(keys, 'get').mockResolvedValueOnce({ ...record, ageMs: 17_000 });
    jest.spyOn(keys, 'takeOver').mockResolvedValueOnce(true);
    const events = await ada.askAll('Hi', 'openAI', key);
    expect(events[0].data).toMatchObject({
      messageId: record.ids.messageId,
      conversationId: record.ids.conversationId,
    });
    expect(textOf(events)).toBe('one answer');
    expect((await ada.get('/api/convos')).items).toHaveLength(1);
    expect(provider.calls).toHaveLength(1);
  });

  it('two questions at once that name no parent: one is refused', async () => {
    const first = await ada.askAll('Hi');
    const { conversationId } = first[0].data;
    const both = await Promise.all([
      ada.ask({ message: 'a', conversationId }),
      ada.ask({ message: 'b', conversationId }),
    ]);
    expect(both.map(({ status }) => status).sort()).toEqual([200, 409]);
    const refused = (await both.find(({ status }) => status === 409)!.json()) as any;
    expect(['conversation_changed', 'generation_running']).toContain(refused.code);
    expect(await ada.messages(conversationId)).toHaveLength(4);
  });

  it('refuses a question whose parent is still being written', async () => {
    provider.reply = undefined;
    const events = eventsOf(await ada.ask('Hi'));
    const { conversationId, messageId } = (await events.next()).value!.data;
    for (const parent of [{}, { parentMessageId: messageId }]) {
      const response = await ada.ask({ message: 'and?', conversationId, ...parent });
      expect([response.status, ((await response.json()) as any).code]).toEqual([409, 'generation_running']);
    }
    (await provider.call(0)).finish();
  });
});
