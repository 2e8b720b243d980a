import { io } from 'socket.io-client';
import { MAX_KEYS, ApiKeyStore } from '../../src/auth/keys/api-key-store.js';
import { Messages } from '../../src/chat/store/index.js';
import type { TestApp } from '../support/app.js';
import { TestApp as Embedded } from '../support/app.js';
import { Backends, TestCluster } from '../support/cluster.js';
import { eventually } from '../support/eventually.js';
import type { Person } from '../support/person.js';
import { Program } from '../support/program.js';
import { Provider } from '../support/provider.js';
import { allEvents } from '../support/sse.js';

jest.setTimeout(180_000);

/** What no key may. */
const FOR_PEOPLE = /^\/api\/(auth|user|keys|admin|exports)(\/|$)/;
const MODELS = { OPENAI_MODELS: 'gpt-test,gpt-other' };

describe.each(['embedded', 'on two instances'])('keys for programs, %s', (kind) => {
  let provider: Provider;
  let backends: Backends | undefined;
  let cluster: TestCluster | undefined;
  let one: TestApp;
  let two: TestApp;
  let admin: Person;
  let eve: Person;

  beforeAll(async () => {
    provider = await Provider.start();
    const env = { ...provider.env, ...MODELS, REGISTER_MAX: '0', LOGIN_MAX: '0', API_MAX: '0', TITLES: 'model' };
    if (kind === 'embedded') one = two = await Embedded.start(env);
    else {
      backends = await Backends.start();
      cluster = new TestCluster(backends, env);
      [one, two] = [await cluster.add(), await cluster.add()];
    }
    admin = await one.person('Admin');
    eve = await one.person('Eve');
  });
  afterAll(async () => {
    await (cluster ?? one)?.stop();
    await backends?.stop();
    await provider?.stop();
  });
  beforeEach(() => {
    provider.calls.length = 0;
    provider.reply = undefined;
  });

  const codeOf = async (response: Response) => ((await response.json()) as { code: string }).code;
  const answers = () => (provider.reply = (call) => call.say('Hello').finish());

  it('made on one are good on the other, and out at its next call once they are revoked', async () => {
    const program = await Program.of(eve);
    const there = program.at(two.url);
    expect((await there.call('GET', '/api/convos')).status).toBe(200);
    expect((await eve.call('DELETE', `/api/keys/${program.key.id}`)).status).toBe(204);
    const refused = await there.call('GET', '/api/convos');
    expect([refused.status, await codeOf(refused)]).toEqual([401, 'unauthenticated']);
  });

  it('hold nothing open once they are revoked: closed at once, by a signal, and nothing is stopped', async () => {
    const program = await Program.of(eve);
    const stream = await program.at(two.url).ask({ message: 'Go on' });
    const events = allEvents(stream);
    (await provider.call(0)).say('so far');
    expect((await eve.call('DELETE', `/api/keys/${program.key.id}`)).status).toBe(204);
    const [{ data }] = await events;
    const ref = { conversationId: data.conversationId, id: data.messageId };
    expect((await one.get(Messages).getWriting(ref))!.status).toBe('generating');
    provider.calls[0].say(' and on').finish();
    await eventually(async () => (await one.get(Messages).getWriting(ref))!.status === 'complete');
  });

  it('are looked at again where that signal was lost', async () => {
    const program = await Program.of(eve);
    const events = allEvents(await program.at(two.url).ask({ message: 'Go on' }));
    (await provider.call(0)).say('so far');
    await one.get(ApiKeyStore).remove(program.key.id);
    expect((await events)[0].event).toBe('created');
    provider.calls[0].finish();
  });

  it('rest while their account is disabled, and hold nothing open', async () => {
    const bob = await one.person('Bob');
    const program = await Program.of(bob);
    const events = allEvents(await program.at(two.url).ask({ message: 'Go on' }));
    await provider.call(0);
    const change = (disabled: boolean) => admin.call('PATCH', `/api/admin/users/${bob.user.id}`, { disabled });
    expect((await change(true)).status).toBe(200);
    await events;
    expect((await program.at(two.url).call('GET', '/api/convos')).status).toBe(401);
    await change(false);
    expect((await program.at(two.url).call('GET', '/api/convos')).status).toBe(200);
  });

  it('go with their account', async () => {
    const bob = await one.person('Bob');
    const program = await Program.of(bob);
    expect((await bob.call('DELETE', '/api/user', { password: 'correct horse battery' })).status).toBe(204);
    expect(await two.get(ApiKeyStore).listByUser(bob.user.id)).toEqual([]);
    expect((await program.at(two.url).call('GET', '/api/convos')).status).toBe(401);
  });

  it(`are ${MAX_KEYS} of one person at most, wherever they are made at once`, async () => {
    const bob = await one.person('Bob');
    const at = [bob, bob.at(two.url)];
    const made = await Promise.all(
      Array.from({ length: MAX_KEYS + 6 }, (_, i) => at[i % 2].call('POST', '/api/keys', { name: `${i}` })),
    );
    expect(made.filter(({ status }) => status === 201)).toHaveLength(MAX_KEYS);
    expect(made.filter(({ status }) => status === 409)).toHaveLength(6);
  });

  it('do what their person may, but never who they are, what they let programs do, and what admins do', async () => {
    const program = await Program.of(admin);
    const { paths } = (await (await fetch(`${one.url}/docs/json`)).json()) as { paths: Record<string, object> };
    const api = Object.entries(paths).filter(([path]) => path.startsWith('/api/'));
    expect(api.filter(([path]) => FOR_PEOPLE.test(path)).length).toBeGreaterThan(15);
    for (const [path, methods] of api) {
      for (const method of Object.keys(methods)) {
        const answer = await program.call(method.toUpperCase(), path.replaceAll(/[{}]/g, ''));
        const isClosed = answer.status === 403 && (await codeOf(answer.clone())) === 'scope_missing';
        await answer.body?.cancel();
        expect([method, path, isClosed]).toEqual([method, path, FOR_PEOPLE.test(path)]);
      }
    }
    const without = await Program.of(admin, { scopes: ['chat', 'models', 'responses', 'embeddings'] });
    expect(await codeOf(await without.call('GET', '/api/convos'))).toBe('scope_missing');
    const socket = io(one.url, { transports: ['websocket'], auth: { token: program.secret }, forceNew: true });
    const refusal = await new Promise<any>((resolve) => socket.on('connect_error', resolve));
    socket.close();
    expect(refusal.data).toMatchObject({ code: 'scope_missing' });
  });

  it('ask the models that they are for, and no other', async () => {
    answers();
    const program = await Program.of(eve, { models: ['openAI/gpt-other'] });
    const ask = (body: object, endpoint?: string) =>
      program.ask({ message: 'x', ...body }, endpoint, { accept: 'application/json' });
    const answered = await ask({ model: 'gpt-other' });
    expect(answered.status).toBe(200);
    const { conversation } = (await answered.json()) as any;
    // The conversation's own.
    expect((await ask({ conversationId: conversation.id })).status).toBe(200);
    for (const [body, endpoint] of [[{ model: 'gpt-test' }], [{}], [{}, 'demo'], [{ model: 'none' }]] as const) {
      const refused = await ask(body, endpoint);
      expect([refused.status, await codeOf(refused)]).toEqual([404, 'model_unknown']);
    }
    const any = await Program.of(eve, { models: ['gpt-test'] });
    expect((await any.ask({ message: 'x' }, 'openAI', { accept: 'application/json' })).status).toBe(200);
  });

  it('cost at most so many tokens a day, on all instances, titles included', async () => {
    answers();
    const program = await Program.of(eve, { name: 'nightly', tokensPerDay: 12 });
    const json = { accept: 'application/json' };
    const first = await program.ask({ message: 'What is the weather like?' }, 'openAI', json);
    expect(first.status).toBe(200);
    const refused = await eventually(async () => {
      const next = await program.at(two.url).ask({ message: 'And now?' }, 'openAI', json);
      return next.status === 429 ? next : null;
    });
    expect(await refused.json()).toMatchObject({ code: 'budget_exhausted', params: { budget: 'nightly' } });
    expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(0);
    expect(Number(refused.headers.get('retry-after'))).toBeLessThanOrEqual(86_400);
    // Their person's questions are their own.
    expect((await eve.ask('Still there?', 'openAI', json)).status).toBe(200);
    const other = await Program.of(eve, { tokensPerDay: 12 });
    expect((await other.ask({ message: 'And I?' }, 'openAI', json)).status).toBe(200);
  });

  it('admins see all of them, and whose they are; they revoke any', async () => {
    const program = await Program.of(eve, { name: 'of Eve' });
    const { items } = await admin.get('/api/admin/keys?limit=1');
    expect(items).toMatchObject([
      { ...program.key, user: { id: eve.user.id, name: 'Eve', email: eve.user.email, disabled: false } },
    ]);
    expect(JSON.stringify(items)).not.toContain(program.secret);
    expect(await codeOf(await eve.call('GET', '/api/admin/keys'))).toBe('forbidden');
    expect((await eve.call('DELETE', `/api/admin/keys/${program.key.id}`)).status).toBe(403);
    expect((await admin.call('DELETE', `/api/admin/keys/${program.key.id}`)).status).toBe(204);
    expect((await program.at(two.url).call('GET', '/api/convos')).status).toBe(401);
    expect(await codeOf(await admin.call('DELETE', `/api/admin/keys/${program.key.id}`))).toBe('key_unknown');
  });
});
