import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { makeUsersCommand } from '../../src/commands/users/make-users-command.js';
import { createApp } from '../../src/app.js';
import { Messages } from '../../src/chat/store/index.js';
import { testConfig } from '../../src/config/config.testing.js';
import { TestApp } from '../support/app.js';
import { Backends, TestCluster } from '../support/cluster.js';
import { eventually } from '../support/eventually.js';
import { Person } from '../support/person.js';
import { Provider } from '../support/provider.js';
import { allEvents } from '../support/sse.js';

/** Of a person who has one answer running, one that its provider is silent about, and one that waits. */
const BUSY = { QUEUE_CONCURRENCY: '2', QUEUE_BACKOFF_MS: '1', REGISTER_MAX: '0', LOGIN_MAX: '0' };

describe('disabling a person', () => {
  let provider: Provider;
  const stops: Array<() => unknown> = [];

  beforeAll(async () => void (provider = await Provider.start()));
  afterAll(() => provider?.stop());
  beforeEach(() => void (provider.calls.length = 0));
  afterEach(async () => {
    for (const stop of stops.splice(0).reverse()) await stop();
  });

  async function threeAnswers(person: Person) {
    const streams = [allEvents(await person.ask('one'))];
    (await provider.call(0)).say('so far');
    streams.push(allEvents(await person.ask('two')));
    await provider.call(1);
    streams.push(allEvents(await person.ask('three')));
    return streams;
  }

  /** All are stopped, with what they had, and no model was asked after that. Their readers were closed with the session. */
  async function areStopped(app: TestApp, streams: Array<Promise<any[]>>) {
    await eventually(() => provider.calls.every((call) => call.closed));
    const created = (await Promise.all(streams)).map((events) => events.find(({ event }) => event === 'created')!.data);
    const stored = () =>
      Promise.all(
        created.map(({ conversationId, messageId: id }) => app.get(Messages).getWriting({ conversationId, id })),
      );
    await eventually(async () => (await stored()).every((answer) => answer?.status === 'stopped'));
    expect((await stored()).map((answer) => answer?.text)).toEqual(['so far', '', '']);
    expect(provider.calls).toHaveLength(2);
  }

  const disable = (admin: Person, person: Person) =>
    admin.call('PATCH', `/api/admin/users/${person.user.id}`, { disabled: true });

  it('stops their answers, running and waiting, and nobody else’s', async () => {
    const app = await TestApp.start({ ...provider.env, ...BUSY, QUEUE_CONCURRENCY: '3' });
    stops.push(() => app.stop());
    const [admin, bob, cy] = [await app.person('Admin'), await app.person('Bob'), await app.person('Cy')];
    const other = allEvents(await cy.ask('mine'));
    const call = await provider.call(0);
    const streams = [allEvents(await bob.ask('one'))];
    (await provider.call(1)).say('so far');
    expect((await disable(admin, bob)).status).toBe(200);
    await eventually(() => provider.calls[1].closed);
    const [{ data }] = await streams[0];
    const ref = { conversationId: data.conversationId, id: data.messageId };
    await eventually(async () => (await app.get(Messages).getWriting(ref))?.status === 'stopped');
    call.say('done').finish();
    expect((await other).at(-1)).toMatchObject({ event: 'final', data: { message: { status: 'complete' } } });
    expect((await bob.call('GET', '/api/user')).status).toBe(401);
  });

  it('reaches every instance', async () => {
    const backends = await Backends.start();
    stops.push(() => backends.stop());
    const cluster = new TestCluster(backends, { ...provider.env, ...BUSY, QUEUE_CONCURRENCY: '1' });
    stops.push(() => cluster.stop());
    const [one, two] = [await cluster.add(), await cluster.add()];
    const [admin, bob] = [await one.person('Admin'), await two.person('Bob')];
    const streams = await threeAnswers(bob);
    expect((await disable(admin, bob)).status).toBe(200);
    await areStopped(one, streams);
  });

  it('is found by a server from a command beside it, which it hears nothing of', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'parley-disabling-'));
    stops.push(() => rmSync(folder, { recursive: true, force: true }));
    const env = { ...provider.env, ...BUSY, STORE: 'sqlite', DATA_DIR: folder };
    const app = await TestApp.start(env);
    stops.push(() => app.stop());
    const [, bob] = [await app.person('Admin'), await app.person('Bob')];
    const streams = await threeAnswers(bob);
    const beside = await createApp(testConfig(env));
    stops.push(() => beside.close());
    const said: string[] = [];
    const io = { out: (line: string) => void said.push(line), err: (line: string) => void said.push(line) };
    const { email } = (await bob.get('/api/user')).user;
    expect(await (await makeUsersCommand(beside)).run(['disable', email], io)).toBe(0);
    expect(said).toEqual([`${email}: user, disabled.`]);
    await areStopped(app, streams);
    expect((await bob.call('GET', '/api/user')).status).toBe(401);
  });
});
