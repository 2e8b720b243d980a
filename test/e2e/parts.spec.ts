import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { EventLog } from '../../libs/event-log/index.js';
import { logKey } from '../../src/generation/answer/log-entries.js';
import { TestApp } from '../support/app.js';
import { eventually } from '../support/eventually.js';
import { Person } from '../support/person.js';
import { build, Server } from '../support/process.js';
import { Provider } from '../support/provider.js';
import { Reading } from '../support/reading.js';
import { eventsOf, partsOf, type ServerEvent } from '../support/sse.js';

const ms = expect.any(Number);
const said = (events: ServerEvent[]) => events.at(-1)!.data.message;

describe('thoughts and other parts', () => {
  let provider: Provider;
  let app: TestApp;
  let ada: Person;

  beforeAll(async () => {
    provider = await Provider.start();
    const limits = { CONCURRENT_MESSAGE_MAX: '0', MESSAGE_USER_MAX: '0', API_MAX: '0', QUEUE_BACKOFF_MS: '1' };
    app = await TestApp.start({ ...provider.env, ...limits });
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
  const stored = async ({ conversationId, id }: { conversationId: string; id: string }) =>
    (await ada.messages(conversationId)).find((message: { id: string }) => message.id === id);

  it('come one after the other, are stored as they were told, and a client that knows none has the text', async () => {
    const reading = new Reading(ada, await ada.ask('2 + 2?'));
    const call = await provider.call(0);
    call.think('Two', ' and two');
    await eventually(() => reading.count('reasoning') > 0);
    call.say('Four').think('Sure?').say('Yes.').finish();
    await eventually(() => reading.last?.event === 'final');
    const parts = [
      { type: 'reasoning', text: 'Two and two', ms },
      { type: 'text', text: 'Four' },
      { type: 'reasoning', text: '\n\nSure?', ms },
      { type: 'text', text: '\n\nYes.' },
    ];
    expect(partsOf(reading.events)).toEqual(parts);
    expect(reading.text).toBe('Four\n\nYes.');
    const message = said(reading.events);
    expect(message).toMatchObject({ text: 'Four\n\nYes.', parts, finishReason: 'stop', status: 'complete' });
    expect(partsOf(reading.events)).toEqual(message.parts);
    expect(await stored(message)).toEqual(message);
  });

  it('are not sent back to a model that does not ask for them', async () => {
    provider.reply = (call, n) => call.think('secret').say(`answer ${n}`).finish();
    const [{ data }] = await ada.askAll('one');
    await ada.askAll({ message: 'two', conversationId: data.conversationId });
    expect(provider.calls[1].body.messages).toEqual([
      { role: 'user', content: 'one' },
      { role: 'assistant', content: 'answer 0' },
      { role: 'user', content: 'two' },
    ]);
  });

  it('are each there once, in order, however often the line is cut: 100 answers', async () => {
    const pieces = Array.from({ length: 24 }, (_, i) => ({ isThought: i % 5 < 3, text: `${i} ` }));
    provider.reply = async (call) => {
      for (const { isThought, text } of pieces) {
        if (isThought) call.think(text);
        else call.say(text);
        await new Promise((resolve) => setTimeout(resolve, 5));
      }
      call.finish();
    };
    const readInPieces = async (): Promise<ServerEvent[]> => {
      const seen: ServerEvent[] = [];
      let response = await ada.ask('tell me');
      for (;;) {
        let left = 1 + Math.floor(Math.random() * 5);
        for await (const event of eventsOf(response)) {
          if (event.event === 'queued') continue;
          seen.push(event);
          if (event.event === 'final') return seen;
          // Leaving the loop closes the connection.
          if (--left <= 0) break;
        }
        response = await ada.resume(seen[0].data.messageId, seen.at(-1)!.id);
      }
    };
    const whole = await Promise.all(Array.from({ length: 100 }, readInPieces));
    for (const events of whole) {
      expect(events.map(({ id }) => id)).toEqual(events.map((_, seq) => `1-${seq}`));
      const message = said(events);
      expect(partsOf(events)).toEqual(message.parts);
      expect(message.parts).toHaveLength(10);
      expect(await stored(message)).toEqual(message);
    }
  });

  it('a stop while it thinks keeps the thought', async () => {
    const reading = new Reading(ada, await ada.ask('Think'));
    (await provider.call(0)).think('Hm');
    await eventually(() => reading.count('reasoning') > 0);
    await ada.call('POST', `/api/streams/${reading.id}/stop`);
    await eventually(() => reading.last?.event === 'final');
    const message = said(reading.events);
    expect(message).toMatchObject({ status: 'stopped', text: '', parts: [{ type: 'reasoning', text: 'Hm', ms }] });
    expect(partsOf(reading.events)).toEqual(message.parts);
    expect(await stored(message)).toEqual(message);
  });

  it('a log that is lost while it thinks is made again whole, and the model is not asked again', async () => {
    const reading = new Reading(ada, await ada.ask('Think'));
    const call = await provider.call(0);
    call.think('One.').say('Two.').think('Three.');
    await eventually(() => partsOf(reading.events).length === 3);
    const { conversationId, messageId } = reading.events[0].data;
    await app.get(EventLog).delete(logKey({ conversationId, id: messageId }));
    await eventually(() => reading.count('reset') === 1);
    await eventually(() => partsOf(reading.events).length === 3);
    call.think(' Four.').say('Five.').finish();
    await eventually(() => reading.last?.event === 'final');
    const message = said(reading.events);
    expect(message.parts.map(({ text }: { text: string }) => text)).toEqual([
      'One.',
      'Two.',
      '\n\nThree. Four.',
      '\n\nFive.',
    ]);
    expect(partsOf(reading.events)).toEqual(message.parts);
    expect(provider.calls).toHaveLength(1);
  });

  it('a second attempt’s thoughts replace nothing until it brings text', async () => {
    provider.reply = (call, n) => (n === 0 ? call.think('first').say('half').breakOff() : undefined);
    const reading = new Reading(ada, await ada.ask('Twice'));
    const second = await provider.call(1);
    second.think('second');
    await eventually(() => partsOf(reading.events)[0]?.text === 'second');
    const { conversationId, messageId } = reading.events[0].data;
    const now = await stored({ conversationId, id: messageId });
    expect(now).toMatchObject({ text: 'half', parts: [{ type: 'text', text: 'half' }] });
    second.say('whole').finish();
    await eventually(() => reading.last?.event === 'final');
    expect(said(reading.events).parts.map(({ text }: { text: string }) => text)).toEqual(['second', 'whole']);
  });

  it('an answer of more than 4 MB ends with length, and is whole up to there', async () => {
    provider.reply = (call) => call.say(...Array.from({ length: 5 }, () => 'x'.repeat(1_000_000))).finish();
    const events = await ada.askAll('Much');
    const message = said(events);
    expect(message).toMatchObject({ status: 'complete', finishReason: 'length', error: null });
    expect(message.text.length).toBeGreaterThanOrEqual(4_000_000);
    expect(partsOf(events)).toEqual(message.parts);
  });
});

describe('a process that dies while it thinks', () => {
  let folder: string;
  let provider: Provider;
  const servers: Server[] = [];
  beforeAll(() => build());
  beforeEach(async () => {
    folder = await mkdtemp(`${tmpdir()}/parley-`);
    provider = await Provider.start();
  });
  afterEach(async () => {
    await Promise.all(servers.splice(0).map((server) => server.end('SIGKILL')));
    await provider.stop();
    await rm(folder, { recursive: true });
  });
  const start = async () => {
    const server = await Server.start({ DATA_DIR: folder, ...provider.env });
    servers.push(server);
    return server;
  };

  it('thoughts that nobody has any more are not told as if they were the answer’s', async () => {
    const server = await start();
    const ada = await Person.join(server.url);
    const reading = new Reading(ada, await ada.ask('Think'));
    (await provider.call(0)).think('lost');
    await eventually(() => reading.count('reasoning') > 0);
    await server.end('SIGKILL');
    const next = await start();
    const again = await Person.logIn(next.url, ada.user.email);
    const { conversationId } = reading.events[0].data;
    await eventually(async () => (await again.messages(conversationId)).at(-1).status !== 'generating');
    const answer = (await again.messages(conversationId)).at(-1);
    expect(answer).toMatchObject({ status: 'interrupted', text: '', parts: [] });
  });
});
