import { MOST_READ } from '../../src/generation/stream/reading-places.service.js';
import { eventually } from '../support/eventually.js';
import { Person } from '../support/person.js';
import { TestApp } from '../support/app.js';
import { Provider } from '../support/provider.js';
import { allEvents, eventsOf, type ServerEvent, textOf } from '../support/sse.js';

describe('resuming', () => {
  let provider: Provider;
  let app: TestApp;
  let ada: Person;

  beforeAll(async () => {
    provider = await Provider.start();
    app = await TestApp.start({
      ...provider.env,
      DEMO_TOKENS: '60',
      DEMO_TOKENS_PER_SECOND: '400',
      CONCURRENT_MESSAGE_MAX: '0',
      MESSAGE_USER_MAX: '0',
      API_MAX: '0',
      QUEUE_BACKOFF_MS: '1',
    });
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

  /** Reads until `cutAfter` events came, and leaves; then resumes, and so on until the end. */
  async function readInPieces(cutAfter: () => number): Promise<ServerEvent[]> {
    const seen: ServerEvent[] = [];
    let messageId: string | undefined;
    for (let ended = false; !ended;) {
      const abort = new AbortController();
      const last = seen.at(-1)?.id;
      const response = await fetch(messageId ? `${app.url}/api/streams/${messageId}` : `${app.url}/api/ask/demo`, {
        method: messageId ? 'GET' : 'POST',
        headers: {
          authorization: `Bearer ${ada.token}`,
          ...(messageId ? {} : { 'content-type': 'application/json' }),
          ...(last && { 'last-event-id': last }),
        },
        body: messageId ? undefined : '{"message":"tell me"}',
        signal: abort.signal,
      });
      if (response.status !== 200) throw new Error(await response.text());
      let left = cutAfter();
      for await (const event of eventsOf(response)) {
        if (event.event === 'queued') continue;
        seen.push(event);
        messageId ??= event.data.messageId;
        ended = event.event === 'final';
        if (!ended && --left <= 0) break;
      }
      abort.abort();
    }
    return seen;
  }

  it('brings each token once, in order, however often the line is cut: 100 answers', async () => {
    const answers = await Promise.all(
      Array.from({ length: 100 }, () => readInPieces(() => 1 + Math.floor(Math.random() * 8))),
    );
    for (const events of answers) {
      expect(events.map(({ id }) => id)).toEqual(events.map((_, seq) => `1-${seq}`));
      const { message } = events.at(-1)!.data;
      expect(textOf(events)).toBe(message.text);
      const stored = (await ada.messages(message.conversationId)).find(({ id }) => id === message.id);
      expect(stored).toEqual(message);
    }
  });

  it('gives exactly what comes after an id, during the answer and after it', async () => {
    const response = await ada.ask('Hi');
    const created = (await eventsOf(response).next()).value!.data;
    const call = await provider.call(0);
    call.say('a');
    const live = eventsOf(await ada.resume(created.messageId, '1-0'));
    expect(await live.next()).toMatchObject({ value: { id: '1-1', data: { text: 'a' } } });
    call.say('b').finish();
    expect(await live.next()).toMatchObject({ value: { id: '1-2', data: { text: 'b' } } });
    expect(await live.next()).toMatchObject({ value: { id: '1-3', event: 'final' } });

    const after = (id?: string) => ada.resume(created.messageId, id).then(allEvents);
    expect((await after()).map(({ id }) => id)).toEqual(['1-0', '1-1', '1-2', '1-3']);
    expect((await after('1-1')).map(({ id }) => id)).toEqual(['1-2', '1-3']);
    expect((await after('1-3')).map(({ id }) => id)).toEqual([]);
    // Ahead of the log, and of an epoch that never was: the present epoch from its first entry.
    expect((await after('1-99')).map(({ id }) => id)).toEqual(['1-0', '1-1', '1-2', '1-3']);
    expect((await after('7-0')).map(({ id }) => id)).toEqual(['1-0', '1-1', '1-2', '1-3']);
  });

  it('answers at once where there is nothing new yet', async () => {
    const created = (await eventsOf(await ada.ask('Hi')).next()).value!.data;
    const call = await provider.call(0);
    // Without the headers `fetch` would not resolve.
    const live = eventsOf(await ada.resume(created.messageId, '1-0'));
    call.say('a').finish();
    expect(await live.next()).toMatchObject({ value: { id: '1-1', data: { text: 'a' } } });
  });

  it('brings an answer of a million characters whole, no character cut in two', async () => {
    const pieces = Array.from({ length: 5 }, () => 'x' + '😀é'.repeat(70_000));
    const text = pieces.join('');
    provider.reply = (call) => call.say(...pieces).finish();
    const events = await ada.askAll('a lot');
    expect(textOf(events) === text).toBe(true);
    expect(events.at(-1)!.data.message.text === text).toBe(true);
  });

  it('lets one person read so many streams, and another one when one of them is closed', async () => {
    const key = { 'idempotency-key': 'a long one' };
    const ask = (headers: Record<string, string>) => ada.ask('long', 'openAI', headers);
    const [{ data }] = [(await eventsOf(await ask(key)).next()).value!];
    const call = await provider.call(0);
    const opens = Array.from({ length: MOST_READ }, (_, i) => (i % 2 ? ask(key) : ada.resume(data.messageId)));
    const opened = await Promise.all(opens);
    expect(new Set(opened.map(({ status }) => status))).toEqual(new Set([200]));
    const json = { ...key, accept: 'application/json' };
    for (const refused of [await ada.resume(data.messageId), await ask(key), await ask(json)]) {
      expect([refused.status, ((await refused.json()) as any).code]).toEqual([429, 'too_many_concurrent']);
      expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(0);
    }
    await opened.pop()!.body!.cancel();
    const again = await eventually(async () => {
      const response = await ada.resume(data.messageId);
      return response.status === 200 ? response : undefined;
    });
    call.say('done').finish();
    for (const response of [...opened, again]) expect(textOf(await allEvents(response))).toBe('done');
  });

  it('begins with the present epoch where the id’s epoch is over', async () => {
    provider.reply = (call, n) => (n === 0 ? call.say('broken').breakOff() : call.say('whole').finish());
    const first = await ada.askAll('Hi');
    expect(first.map(({ event }) => event)).toEqual(['created', 'delta', 'retry', 'reset', 'delta', 'final']);
    expect(first.map(({ id }) => id)).toEqual(['1-0', '1-1', '1-2', '2-0', '2-1', '2-2']);
    expect(first[2].data).toEqual({ attempt: 1, afterMs: 1, reason: 'model_broken_stream' });
    expect(first[3].data).toEqual({ attempt: 2, reason: 'retry' });
    const { messageId } = first[0].data;
    const ids = async (last?: string) => (await allEvents(await ada.resume(messageId, last))).map(({ id }) => id);
    expect(await ids('1-1')).toEqual(['2-0', '2-1', '2-2']);
    expect(await ids('2-0')).toEqual(['2-1', '2-2']);
    expect(await ids()).toEqual(['1-0', '2-0', '2-1', '2-2']);
  });

  it.each(['garbage', '1', '1-', '-1', '0-1', '1-1-1', '1-x', '9'.repeat(400)])('refuses the id %s', async (id) => {
    provider.reply = (call) => call.finish();
    const events = await ada.askAll('Hi');
    const response = await ada.resume(events[0].data.messageId, id);
    expect([response.status, ((await response.json()) as any).code]).toEqual([400, 'validation_failed']);
  });

  it.each(['0190e0a0-0000-7000-8000-000000000000', 'x'])('knows no stream of a message %s', async (id) => {
    const response = await ada.resume(id);
    expect([response.status, ((await response.json()) as any).code]).toEqual([404, 'message_unknown']);
  });

  it('says that a stream has expired once it is no longer held', async () => {
    const short = await TestApp.start({
      DEMO_TOKENS: '2',
      DEMO_TOKENS_PER_SECOND: '1000',
      STREAM_RETENTION_SECONDS: '0',
    });
    try {
      const eve = await short.person();
      const events = await eve.askAll('Hi', 'demo');
      expect(events.at(-1)!.event).toBe('final');
      const response = await eve.resume(events[0].data.messageId, '1-0');
      expect([response.status, ((await response.json()) as any).code]).toEqual([404, 'stream_expired']);
    } finally {
      await short.stop();
    }
  });
});
