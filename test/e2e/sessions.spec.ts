import { dependencyDown } from '../../libs/errors/index.js';
import { SessionStore } from '../../src/auth/sessions/session-store.js';
import { Heartbeat } from '../../src/generation/stream/heartbeat.service.js';
import { TestApp } from '../support/app.js';
import { eventually } from '../support/eventually.js';
import { PASSWORD, Person } from '../support/person.js';
import { Provider } from '../support/provider.js';
import { eventsOf } from '../support/sse.js';

describe('a stream and its session', () => {
  let provider: Provider;
  let app: TestApp;
  let ada: Person;

  beforeAll(async () => {
    provider = await Provider.start();
    app = await TestApp.start(provider.env);
  });
  afterAll(async () => {
    await app?.stop();
    await provider?.stop();
  });
  beforeEach(async () => {
    provider.calls.length = 0;
    // The first account is the admin, who can't be deleted while others remain.
    ada = await app.person('Admin').then(() => app.person('Ada'));
  });
  afterEach(() => jest.restoreAllMocks());

  const another = () => Person.logIn(app.url, ada.user.email);

  /** Asks; `over` resolves with the last event's name when the stream has ended. */
  async function reading(person: Person) {
    const events = eventsOf(await person.ask('Hi'));
    const { messageId } = (await events.next()).value!.data;
    await eventually(() => provider.calls.length > 0);
    const state = { ended: false };
    const over = (async () => {
      let last = 'created';
      for await (const { event } of events) last = event;
      state.ended = true;
      return last;
    })();
    return { messageId, over, state };
  }

  const ways: Array<[string, () => Promise<Response>]> = [
    ['logging out', () => ada.call('POST', '/api/auth/logout', {})],
    [
      'ending the session from another device',
      async () => {
        const other = await another();
        const { items } = await other.get('/api/auth/sessions');
        return other.call('DELETE', `/api/auth/sessions/${items.find((session: any) => !session.current).id}`);
      },
    ],
    [
      'a new password, set on another device',
      async () =>
        (await another()).call('POST', '/api/user/password', { password: PASSWORD, newPassword: 'a new good one' }),
    ],
    ['deleting the account', async () => (await another()).call('DELETE', '/api/user', { password: PASSWORD })],
  ];
  it.each(ways)('ends with %s, at once', async (_name, end) => {
    const { over } = await reading(ada);
    expect((await end()).status).toBe(204);
    expect(['created', 'error']).toContain(await over);
    expect((await ada.call('GET', '/api/streams')).status).toBe(401);
  });

  it('so does the wait of a client that wants JSON: it is told where the answer will be', async () => {
    const waiting = ada.ask('Hi', 'openAI', { accept: 'application/json' });
    await provider.call(0);
    await ada.call('POST', '/api/auth/logout', {});
    const { status, headers } = await waiting;
    expect([status, headers.get('location')]).toEqual([202, expect.stringMatching(/^\/api\/streams\//)]);
  });

  it('the answer goes on without its reader, and its asker finds it after logging in again', async () => {
    const { messageId, over } = await reading(ada);
    await ada.call('POST', '/api/auth/logout', {});
    await over;
    provider.calls[0].say('kept').finish();
    const again = await another();
    const events = [];
    for await (const event of eventsOf(await again.resume(messageId))) events.push(event);
    expect(events.at(-1)).toMatchObject({ event: 'final', data: { message: { text: 'kept' } } });
  });

  it('another session of the same person goes on reading', async () => {
    const phone = await another();
    const { messageId } = await reading(phone);
    const desk = eventsOf(await ada.resume(messageId));
    await desk.next();
    await phone.call('POST', '/api/auth/logout', {});
    provider.calls[0].say('on').finish();
    let last = '';
    for await (const { event } of desk) last = event;
    expect(last).toBe('final');
  });

  it('goes on while the session store is away: only a clear no ends it', async () => {
    const { over, state } = await reading(ada);
    jest.spyOn(app.get(SessionStore), 'get').mockRejectedValue(dependencyDown('session store'));
    const heartbeat = app.get(Heartbeat) as unknown as { beat(): Promise<void> };
    for (let i = 0; i < 16; i++) await heartbeat.beat();
    const refused = await ada.call('GET', '/api/streams');
    expect([refused.status, ((await refused.json()) as any).code]).toEqual([503, 'dependency_down']);
    expect(state.ended).toBe(false);
    jest.restoreAllMocks();
    provider.calls[0].say('x').finish();
    expect(await over).toBe('final');
  });

  it('that was removed behind our back is noticed by the pulse', async () => {
    const { over } = await reading(ada);
    const store = app.get(SessionStore);
    await Promise.all((await store.listByUser(ada.user.id)).map(({ id }) => store.remove(id)));
    const heartbeat = app.get(Heartbeat) as unknown as { beat(): Promise<void> };
    for (let i = 0; i < 16; i++) await heartbeat.beat();
    expect(await over).toBe('created');
  });
});
