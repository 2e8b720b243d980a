import { io, type Socket } from 'socket.io-client';
import { TestApp } from '../support/app.js';
import { eventually } from '../support/eventually.js';
import type { Person } from '../support/person.js';
import { type Call, Provider } from '../support/provider.js';

describe('titles by the model', () => {
  let provider: Provider;
  let app: TestApp;
  let ada: Person;
  let socket: Socket;
  const updates: any[] = [];

  beforeAll(async () => {
    provider = await Provider.start();
    app = await TestApp.start({
      ...provider.env,
      OPENAI_MODELS: 'gpt-test,gpt-5.1',
      TITLES: 'model',
      QUEUE_ATTEMPTS: '1',
      API_MAX: '0',
    });
    ada = await app.person();
    socket = io(app.url, { transports: ['websocket'], auth: { token: ada.token } });
    socket.on('conversation.updated', ({ conversation }) => updates.push(conversation));
    await new Promise<void>((resolve) => socket.once('connect', resolve));
  });
  afterAll(async () => {
    socket?.close();
    await app?.stop();
    await provider?.stop();
  });
  beforeEach(() => {
    provider.calls.length = 0;
    updates.length = 0;
  });

  const isTitle = (call: Call) => call.body.messages[0].role === 'system';
  const replying = (title: (call: Call) => unknown) => {
    provider.reply = (call) => (isTitle(call) ? title(call) : call.say('An answer').finish());
  };
  const titleOf = async (id: string) => (await ada.get(`/api/convos/${id}`)).conversation.title;

  it('one call after the first answer, behind it; every device hears of it', async () => {
    replying((call) => call.say('"How tides\n', 'work"').finish());
    const events = await ada.askAll('Please explain the tides');
    const { conversationId } = events[0].data;
    expect(events.at(-1)!.data.conversation.title).toBe('Please explain the tides');
    await eventually(async () => (await titleOf(conversationId)) === 'How tides work');
    await eventually(() => updates.some(({ title }) => title === 'How tides work'));
    await ada.askAll({ message: 'Go on', conversationId });
    // A third answer after this one would come behind a title that waits.
    await ada.askAll({ message: 'Go on', conversationId });
    expect(provider.calls.filter(isTitle)).toHaveLength(1);
  });

  it('is asked for without thoughts, which nobody would read', async () => {
    replying((call) => call.say('Short').finish());
    await ada.askAll({ message: 'Think about this', model: 'gpt-5.1', reasoningEffort: 'high' });
    const title = await eventually(() => provider.calls.find(isTitle));
    expect(provider.calls.map(({ body }) => body.reasoning_effort)).toEqual(['high', 'none']);
    expect(title.body.model).toBe('gpt-5.1');
  });

  it('keeps the first words where the call fails', async () => {
    replying((call) => call.fail(500));
    const { conversationId } = (await ada.askAll('Nobody will name this'))[0].data;
    await eventually(() => provider.calls.filter(isTitle).length === 1);
    await ada.askAll('something else');
    expect(await titleOf(conversationId)).toBe('Nobody will name this');
  });

  it('leaves a title that somebody chose meanwhile', async () => {
    let answer: Call | undefined;
    replying((call) => (answer ??= call));
    const { conversationId } = (await ada.askAll('Which name?'))[0].data;
    await eventually(() => answer);
    await ada.call('PATCH', `/api/convos/${conversationId}`, { title: 'Mine' });
    answer!.say('Theirs').finish();
    await eventually(() => answer!.closed);
    await ada.askAll('something else');
    expect(await titleOf(conversationId)).toBe('Mine');
  });

  it('never makes an answer wait, and takes no place of its user', async () => {
    replying(() => undefined);
    for (let i = 0; i < 12; i++) expect((await ada.askAll(`question ${i}`)).at(-1)!.event).toBe('final');
    expect((await ada.get('/api/streams')).items).toEqual([]);
  });
});
