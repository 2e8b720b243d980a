import { Server } from 'socket.io';
import { io, type Socket } from 'socket.io-client';
import { Clients } from '../../src/clients/clients.service.js';
import { Lifecycle } from '../../src/lifecycle/lifecycle.service.js';
import { redisSocketAdapter } from '../../src/realtime/redis/socket-adapter.js';
import type { TestApp } from '../support/app.js';
import { Backends, TestCluster } from '../support/cluster.js';
import { eventually } from '../support/eventually.js';
import { PASSWORD, Person } from '../support/person.js';
import { Provider } from '../support/provider.js';
import { eventsOf as everyEvent, type ServerEvent, textOf } from '../support/sse.js';

/** But for positions: whether somebody waits for a moment is not what is tested here. */
async function* eventsOf(response: Response): AsyncGenerator<ServerEvent> {
  for await (const event of everyEvent(response)) if (event.event !== 'queued') yield event;
}

async function allEvents(response: Response): Promise<ServerEvent[]> {
  const events = [];
  for await (const event of eventsOf(response)) events.push(event);
  return events;
}

describe('two instances on one Redis and one replica set', () => {
  let provider: Provider;
  let backends: Backends;
  let cluster: TestCluster;
  let a: TestApp;
  let b: TestApp;

  beforeAll(async () => {
    provider = await Provider.start();
    backends = await Backends.start();
  });
  afterAll(async () => {
    await backends?.stop();
    await provider?.stop();
  });
  beforeEach(async () => {
    cluster = new TestCluster(backends, { ...provider.env, QUEUE_BACKOFF_MS: '1', REGISTER_MAX: '0', LOGIN_MAX: '0' });
    [a, b] = await Promise.all([cluster.add(), cluster.add()]);
  });
  afterEach(async () => {
    await cluster.stop();
    provider.calls.length = 0;
    provider.reply = undefined;
  });

  /** Somebody who is logged in, as each instance sees them. */
  async function person(): Promise<[Person, Person]> {
    const onA = await a.person();
    return [onA, Object.assign(Object.create(Object.getPrototypeOf(onA)), onA, { url: b.url }) as Person];
  }
  async function begun(response: Response) {
    const stream = eventsOf(response);
    const created = (await stream.next()).value as ServerEvent;
    return { stream, id: created.data.messageId as string, conversationId: created.data.conversationId as string };
  }

  it('a question on one is read, resumed and found on the other', async () => {
    const [onA, onB] = await person();
    const { stream, id, conversationId } = await begun(await onA.ask('Hi'));
    const call = await provider.call(0);
    call.say('one');
    expect((await stream.next()).value).toMatchObject({ id: '1-1', data: { text: 'one' } });
    const live = eventsOf(await onB.resume(id, '1-0'));
    expect((await live.next()).value).toMatchObject({ id: '1-1', data: { text: 'one' } });
    call.say(' two').finish();
    expect((await live.next()).value).toMatchObject({ id: '1-2', data: { text: ' two' } });
    expect((await live.next()).value).toMatchObject({ event: 'final', data: { message: { text: 'one two' } } });
    expect((await onB.messages(conversationId)).at(-1)).toMatchObject({ text: 'one two', status: 'complete' });
    expect(textOf(await allEvents(await onB.resume(id)))).toBe('one two');
    expect((await onB.get('/api/search?q=hi&in=messages')).items).toHaveLength(1);
  });

  it('many at once, each on either, resumed on either: whole and in order', async () => {
    const [onA, onB] = await person();
    provider.reply = (call) => {
      for (let i = 0; i < 20; i++) call.say(`${i} `);
      call.finish();
    };
    const answers = await Promise.all(
      Array.from({ length: 10 }, async (_, i) => {
        const { stream, id } = await begun(await (i % 2 ? onA : onB).ask(`question ${i}`));
        await stream.return(undefined);
        return allEvents(await (i % 3 ? onA : onB).resume(id));
      }),
    );
    for (const events of answers) {
      expect(events.map((event) => event.id)).toEqual(events.map((_, seq) => `1-${seq}`));
      expect(textOf(events)).toBe(Array.from({ length: 20 }, (_, i) => `${i} `).join(''));
    }
  });

  it('is stopped from the other, wherever it is written', async () => {
    const [onA, onB] = await person();
    const { stream, id } = await begun(await onA.ask('Hi'));
    const call = await provider.call(0);
    call.say('half');
    await stream.next();
    const stops = await Promise.all([onA, onB].map((one) => one.call('POST', `/api/streams/${id}/stop`)));
    expect(await Promise.all(stops.map((stop) => stop.json()))).toEqual([{ stopped: true }, { stopped: true }]);
    await eventually(() => call.closed);
    let last: ServerEvent | undefined;
    for await (const event of stream) last = event;
    expect(last).toMatchObject({ event: 'final', data: { message: { text: 'half', status: 'stopped' } } });
  });

  it('an Idempotency-Key holds on both: one answer', async () => {
    const [onA, onB] = await person();
    provider.reply = (call) => call.say('once').finish();
    const key = { 'idempotency-key': 'k' };
    const asked = Array.from({ length: 10 }, (_, i) => (i % 2 ? onA : onB).askAll('same', 'openAI', key));
    const ids = (await Promise.all(asked)).map((events) => events[0].data.messageId);
    expect(new Set(ids).size).toBe(1);
    expect(provider.calls).toHaveLength(1);
  });

  it('limits count over both', async () => {
    await cluster.stop();
    cluster = new TestCluster(backends, { ...provider.env, MESSAGE_USER_MAX: '7', REGISTER_MAX: '0', LOGIN_MAX: '0' });
    [a, b] = await Promise.all([cluster.add(), cluster.add()]);
    const [onA, onB] = await person();
    provider.reply = (call) => call.finish();
    const asked = Array.from({ length: 20 }, (_, i) => (i % 2 ? onA : onB).ask(`q${i}`));
    const statuses = (await Promise.all(asked)).map(({ status }) => status);
    expect(statuses.filter((status) => status === 200)).toHaveLength(7);
    expect(statuses.filter((status) => status === 429)).toHaveLength(13);
  });

  it('a log-out on one ends streams and sockets on the other', async () => {
    const [onA, onB] = await person();
    const { stream } = await begun(await onA.ask('Hi'));
    const socket = await connect(onA);
    const revoked = new Promise((resolve) => socket.once('session.revoked', resolve));
    const closed = new Promise((resolve) => socket.once('disconnect', resolve));
    expect((await onB.call('POST', '/api/auth/logout', {})).status).toBe(204);
    for await (const _ of stream);
    await Promise.all([revoked, closed]);
    expect((await onA.call('GET', '/api/user')).status).toBe(401);
  });

  it('what happens on one is heard on the other, once', async () => {
    const [onA, onB] = await person();
    const heard: string[] = [];
    const socket = await connect(onB);
    socket.onAny((event) => heard.push(event));
    provider.reply = (call) => call.say('x').finish();
    const [created] = await onA.askAll('Hi');
    await eventually(() => heard.includes('generation.finished'));
    await onA.call('DELETE', `/api/convos/${created.data.conversationId}`);
    await eventually(() => heard.includes('conversation.deleted'));
    const once = ['generation.started', 'generation.finished', 'conversation.deleted'];
    for (const event of once) expect(heard.filter((name) => name === event)).toHaveLength(1);
    expect(heard.filter((name) => name === 'message.created')).toHaveLength(2);
  });

  it('what a build of 0.1 tells is heard on both, once', async () => {
    const [onA, onB] = await person();
    const heard: string[][] = [[], []];
    for (const [i, one] of [onA, onB].entries()) (await connect(one)).onAny((event) => heard[i].push(event));
    const older = new Server({ adapter: redisSocketAdapter(await a.get(Clients).redis()) });
    older.serverSideEmit('notices', [
      { userId: 'somebody', event: 'conversation.updated', data: {} },
      { userId: onA.user.id, event: 'conversation.deleted', data: { conversationId: 'x' } },
    ]);
    await eventually(() => heard.every(({ length }) => length > 0));
    older.serverSideEmit('notices', [{ userId: onA.user.id, event: 'generation.started', data: {} }]);
    await eventually(() => heard.every((events) => events.includes('generation.started')));
    expect(heard).toEqual(Array(2).fill(['conversation.deleted', 'generation.started']));
    await older.of('/').adapter.close();
  });

  it('an instance that drains hands its answers over: one reset, nothing lost', async () => {
    const [onA, onB] = await person();
    const running = await Promise.all(Array.from({ length: 6 }, async (_, i) => begun(await onA.ask(`q${i}`))));
    await provider.call(5);
    provider.calls.forEach((call) => call.say('begun '));
    await Promise.all(running.map(({ stream }) => stream.next()));
    provider.reply = (call) => call.say('begun ', 'and ended').finish();
    const readers = await Promise.all(running.map(async ({ id }) => eventsOf(await onB.resume(id, '1-1'))));
    await a.get(Lifecycle).drain();
    // Those that `b` had from the beginning go on there.
    provider.calls.slice(0, 6).forEach((call) => !call.closed && call.say('and ended').finish());
    for (const reader of readers) {
      const events: ServerEvent[] = [];
      for await (const event of reader) events.push(event);
      const resets = events.filter(({ event }) => event === 'reset');
      expect(resets.length).toBeLessThanOrEqual(1);
      if (resets.length > 0) expect(resets[0].data.reason).toBe('handed_over');
      expect(events.at(-1)).toMatchObject({ event: 'final', data: { message: { text: 'begun and ended' } } });
    }
    // While another instance is there, a draining one still takes questions on the connections it has.
    const late = await onA.askAll('late');
    expect(late.at(-1)).toMatchObject({ event: 'final' });
  });

  it('who comes to one that has drained reads what there is, and goes on elsewhere', async () => {
    const [onA, onB] = await person();
    const { id } = await begun(await onB.ask('Hi'));
    await a.get(Lifecycle).drain();
    (await provider.call(0)).say('begun ');
    const seen = await allEvents(await onA.resume(id, '1-0'));
    expect(seen.filter(({ event }) => event === 'final' || event === 'error')).toEqual([]);
    const again = eventsOf(await onB.resume(id, seen.at(-1)?.id ?? '1-0'));
    provider.calls.at(-1)!.say('and ended').finish();
    let last: ServerEvent | undefined;
    for await (const event of again) last = event;
    expect(last).toMatchObject({ event: 'final', data: { message: { status: 'complete' } } });
    // Who wants no stream learns where it is.
    provider.reply = (call) => setTimeout(() => call.say('late').finish(), 500);
    const { status, headers } = await onA.ask('Hi', 'openAI', { accept: 'application/json' });
    expect([status, headers.get('location')]).toEqual([202, expect.stringContaining('/api/streams/')]);
  });

  it('the last one that drains takes no more questions', async () => {
    const [onA, onB] = await person();
    await a.get(Lifecycle).drain();
    await b.get(Lifecycle).drain();
    const refused = await onB.ask('Hi');
    expect([refused.status, ((await refused.json()) as any).code]).toEqual([503, 'draining']);
    expect((await onA.get('/health')).status).toBe('draining');
  });

  it('accounts are shared: log in anywhere, one first admin', async () => {
    const onA = await a.person();
    const onB = await Person.logIn(b.url, onA.user.email, PASSWORD);
    expect(onB.user.id).toBe(onA.user.id);
  });

  const sockets: Socket[] = [];
  afterEach(() => sockets.splice(0).forEach((socket) => socket.close()));
  async function connect(one: Person): Promise<Socket> {
    const socket = io(one.url, { transports: ['websocket'], auth: { token: one.token } });
    sockets.push(socket);
    await new Promise<void>((resolve) => socket.once('connect', resolve));
    return socket;
  }
});
