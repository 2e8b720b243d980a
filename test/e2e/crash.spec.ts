import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { eventually } from '../support/eventually.js';
import { Person } from '../support/person.js';
import { build, Server } from '../support/process.js';
import { Provider } from '../support/provider.js';
import { allEvents, eventsOf, textOf } from '../support/sse.js';

describe('a process that dies', () => {
  let provider: Provider;
  let folder: string;
  const servers: Server[] = [];

  beforeAll(async () => {
    build();
    provider = await Provider.start();
  });
  afterAll(() => provider?.stop());
  beforeEach(async () => {
    folder = await mkdtemp(`${tmpdir()}/parley-`);
    provider.calls.length = 0;
    provider.reply = undefined;
  });
  afterEach(async () => {
    await Promise.all(servers.splice(0).map((server) => server.end('SIGKILL')));
    await rm(folder, { recursive: true });
  });

  const start = async (env: Record<string, string> = {}) => {
    const server = await Server.start({
      DATA_DIR: folder,
      ...provider.env,
      CONCURRENT_MESSAGE_MAX: '0',
      MESSAGE_USER_MAX: '0',
      ...env,
    });
    servers.push(server);
    return server;
  };
  const at = async (server: Server, person: Person) => Person.logIn(server.url, person.user.email);

  it('kill -9 in the middle of 20 answers: all that was acknowledged is there, the 20 are interrupted with text', async () => {
    const server = await start();
    const ada = await Person.join(server.url);
    const finished = provider.call(0).then((call) => call.say('before').finish());
    const whole = await ada.askAll('finished before');
    await finished;
    const running = await Promise.all(
      Array.from({ length: 20 }, async (_, i) => {
        const events = eventsOf(await ada.ask(`question ${i}`));
        return { created: (await events.next()).value!.data, events };
      }),
    );
    await provider.call(20);
    provider.calls.slice(1).forEach((call) => call.say('half of '));
    await Promise.all(running.map(({ events }) => events.next()));
    // The texts are kept once a second.
    await eventually(async () => {
      const texts = await Promise.all(
        running.map(async ({ created }) => (await ada.messages(created.conversationId)).at(-1).text),
      );
      return texts.every((text) => text === 'half of ');
    });
    await server.end('SIGKILL');

    const next = await start();
    const again = await at(next, ada);
    expect((await again.messages(whole[0].data.conversationId)).at(-1)).toEqual(whole.at(-1)!.data.message);
    for (const [i, { created }] of running.entries()) {
      const [question, answer] = await again.messages(created.conversationId);
      expect(question).toMatchObject({ id: created.userMessageId, text: `question ${i}` });
      expect(answer).toMatchObject({ id: created.messageId, text: 'half of ', status: 'interrupted' });
    }
    expect((await again.get('/api/streams')).items).toEqual([]);
    expect(provider.calls).toHaveLength(21);
  });

  it('questions that waited are asked when it is back, and their readers go on', async () => {
    const server = await start({ QUEUE_CONCURRENCY: '1' });
    const ada = await Person.join(server.url);
    const running = eventsOf(await ada.ask('running'));
    await running.next();
    await provider.call(0);
    const waiting = (await eventsOf(await ada.ask('waiting')).next()).value!;
    await server.end('SIGKILL');

    provider.reply = (call) => call.say('at last').finish();
    const next = await start({ QUEUE_CONCURRENCY: '1' });
    const again = await at(next, ada);
    const events = await allEvents(await again.resume(waiting.data.messageId, waiting.id));
    expect(textOf(events)).toBe('at last');
    expect(events.at(-1)!.event).toBe('final');
    expect(provider.calls.map((call) => call.body.messages[0].content)).toEqual(['running', 'waiting']);
  });

  it('SIGTERM: what runs may finish; what does not is interrupted with its text, and readers are told', async () => {
    const server = await start({ SHUTDOWN_GRACE_SECONDS: '1' });
    const ada = await Person.join(server.url);
    const quick = eventsOf(await ada.ask('quick'));
    await quick.next();
    const slow = eventsOf(await ada.ask('slow'));
    await slow.next();
    const created = (await provider.call(0), await provider.call(1));
    provider.calls[0].say('a');
    created.say('b');
    await Promise.all([quick.next(), slow.next()]);
    const ended = server.end('SIGTERM');
    provider.calls[0].say('!').finish();
    const rest = async (events: AsyncGenerator<any>) => {
      const all = [];
      for await (const event of events) all.push(event);
      return all;
    };
    const [done, cut] = await Promise.all([rest(quick), rest(slow)]);
    expect(done.at(-1)).toMatchObject({ event: 'final', data: { message: { text: 'a!', status: 'complete' } } });
    expect(cut.at(-1)).toMatchObject({
      event: 'error',
      data: { code: 'interrupted', retryable: true, message: { text: 'b', status: 'interrupted' } },
    });
    expect(await ended).toBe(0);
  });

  it('a second process beside a running one is refused, saying why; after it, it may start', async () => {
    const server = await start();
    const second = Server.spawn({ DATA_DIR: folder });
    servers.push(second);
    await eventually(() => second.child.exitCode !== null);
    expect(second.child.exitCode).toBe(78);
    expect(second.output).toContain(String(server.child.pid));
    await server.end('SIGKILL');
    await start();
  });

  it('reports every mistake in the configuration at once, and exits 78', async () => {
    const server = Server.spawn({ DATA_DIR: folder, PORT: '99999', STORE: 'tape', JWT_SECRET: 'too-short-secret' });
    servers.push(server);
    await eventually(() => server.child.exitCode !== null);
    expect(server.child.exitCode).toBe(78);
    for (const name of ['PORT', 'STORE', 'JWT_SECRET']) expect(server.output).toContain(name);
    expect(server.output).not.toContain('too-short-secret');
  });

  it('keeps accounts and sessions, and the secret it made', async () => {
    const server = await start();
    const ada = await Person.join(server.url);
    await server.end();
    const next = await start();
    const response = await fetch(`${next.url}/api/user`, { headers: { authorization: `Bearer ${ada.token}` } });
    expect(response.status).toBe(200);
    const refreshed = await fetch(`${next.url}/api/auth/refresh`, { method: 'POST', headers: { cookie: ada.cookie } });
    expect(refreshed.status).toBe(200);
  });
});
