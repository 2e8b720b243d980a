import { Person } from '../support/person.js';
import { TestApp } from '../support/app.js';
import { eventually } from '../support/eventually.js';
import { Provider } from '../support/provider.js';
import { allEvents, eventsOf, textOf } from '../support/sse.js';

describe('stopping and deleting', () => {
  let provider: Provider;
  let app: TestApp;
  let ada: Person;

  beforeAll(async () => {
    provider = await Provider.start();
    app = await TestApp.start({ ...provider.env, QUEUE_CONCURRENCY: '1', MESSAGE_USER_MAX: '0', API_MAX: '0' });
    ada = await app.person();
  });
  afterAll(async () => {
    await app?.stop();
    await provider?.stop();
  });
  beforeEach(() => {
    provider.calls.length = 0;
    provider.reply = undefined;
  });

  async function begin(message = 'Hi') {
    const events = eventsOf(await ada.ask(message));
    return { created: (await events.next()).value!.data, events };
  }
  const rest = async (events: AsyncGenerator<any>) => {
    const all = [];
    for await (const event of events) all.push(event);
    return all.filter(({ event }) => event !== 'queued');
  };
  const stop = async (id: string) => (await ada.call('POST', `/api/streams/${id}/stop`)).json();

  it('closes the model’s connection, keeps the text, and tells every listener', async () => {
    const { created, events } = await begin();
    const call = await provider.call(0);
    call.say('so far');
    expect((await events.next()).value).toMatchObject({ event: 'delta' });
    const other = allEvents(await ada.resume(created.messageId));
    expect(await stop(created.messageId)).toEqual({ stopped: true });
    await eventually(() => call.closed);
    const [final] = await rest(events);
    expect(final).toMatchObject({ event: 'final', data: { message: { status: 'stopped', text: 'so far' } } });
    expect((await other).at(-1)).toEqual(final);
    // Again: it says how it stands.
    expect(await stop(created.messageId)).toEqual({ stopped: true });
  });

  it('takes one that waits off the queue', async () => {
    const running = await begin('running');
    const waiting = await begin('waiting');
    expect((await ada.get('/api/streams')).items).toContainEqual(
      expect.objectContaining({ messageId: waiting.created.messageId, state: 'waiting', position: 1 }),
    );
    expect(await stop(waiting.created.messageId)).toEqual({ stopped: true });
    const [final] = await rest(waiting.events);
    expect(final.data).toMatchObject({ message: { status: 'stopped', text: '' }, usage: { inputTokens: 0 } });
    (await provider.call(0)).say('done').finish();
    await rest(running.events);
    expect(provider.calls).toHaveLength(1);
  });

  it('says that nothing was stopped where the answer had ended', async () => {
    provider.reply = (call) => call.say('done').finish();
    const events = await ada.askAll('Hi');
    expect(await stop(events[0].data.messageId)).toEqual({ stopped: false });
  });

  it('stops one that waits for its next attempt', async () => {
    provider.reply = (call) => call.fail(503, { 'retry-after': '30' });
    const { created, events } = await begin();
    expect((await events.next()).value).toMatchObject({ event: 'retry', data: { afterMs: 30_000 } });
    await eventually(async () => ((await stop(created.messageId)) as any).stopped);
    const [final] = await rest(events);
    expect(final.data.message.status).toBe('stopped');
  });

  it('ends what is being written when its conversation is deleted, and leaves nothing', async () => {
    const { created, events } = await begin('secret plan');
    const call = await provider.call(0);
    call.say('half');
    await events.next();
    const { conversationId, messageId } = created;
    expect((await ada.call('DELETE', `/api/convos/${conversationId}`)).status).toBe(204);
    const [error] = await rest(events);
    expect(error).toMatchObject({ event: 'error', data: { code: 'conversation_deleted', retryable: false } });
    await eventually(() => call.closed);
    expect((await ada.call('GET', `/api/convos/${conversationId}`)).status).toBe(404);
    expect((await ada.call('GET', `/api/streams/${messageId}`)).status).toBe(404);
    expect((await ada.get('/api/search?q=secret')).items).toEqual([]);
    expect((await ada.call('DELETE', `/api/convos/${conversationId}`)).status).toBe(404);
    // Its place is free again.
    provider.reply = (next) => next.say('next').finish();
    expect(textOf(await ada.askAll('next'))).toBe('next');
  });

  it('deletes a conversation whose answer waits', async () => {
    const running = await begin('running');
    const waiting = await begin('waiting');
    await ada.call('DELETE', `/api/convos/${waiting.created.conversationId}`);
    expect((await rest(waiting.events)).at(-1)).toMatchObject({ data: { code: 'conversation_deleted' } });
    (await provider.call(0)).finish();
    await rest(running.events);
    expect(provider.calls).toHaveLength(1);
  });
});
