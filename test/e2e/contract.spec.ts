import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { io, type Socket } from 'socket.io-client';
import { ERRORS, FIELD_ERRORS, type ParamKinds } from '../../libs/errors/index.js';
import { selfTestToken } from '../../src/self-test/self-test-token.js';
import { Config } from '../../src/config/config.js';
import { ApiSchemas } from '../support/api-schemas.js';
import { TestApp } from '../support/app.js';
import { Backends } from '../support/cluster.js';
import { eventually } from '../support/eventually.js';
import { PASSWORD, Person } from '../support/person.js';
import { Program } from '../support/program.js';
import { Provider } from '../support/provider.js';
import { allEvents, eventsOf } from '../support/sse.js';
import { readInstead, readSimply, upload, uploaded } from '../support/uploads.js';

jest.setTimeout(120_000);

const ASK = 'POST /api/ask/{endpoint}';
const READ = 'GET /api/streams/{messageId}';
/** What is served beside the API: its own description, the front door for programs, the queue's board and the page. */
const NOT_OF_THE_API = /^\w+ (\*$|\/(docs|v1|admin\/queues|\*|$|index\.html|assets))/;

/** `GET /api/convos/{id}`, and so on: what Fastify serves, which it shows as a tree. */
function routesOf(app: TestApp): string[] {
  const fastify = app.app.getHttpAdapter().getInstance() as unknown as { printRoutes(options: object): string };
  const above: string[] = [];
  return fastify
    .printRoutes({ commonPrefix: false })
    .split('\n')
    .flatMap((line) => {
      const [, indent, part, methods = ''] = /^([│ ]*)[├└]── (\S+)(?: \((.*)\))?$/.exec(line) ?? [];
      if (part === undefined) return [];
      above.splice(indent.length / 4, Infinity, part);
      const path = above.join('').replace(/:(\w+)/g, '{$1}');
      const own = methods.split(', ').filter((method) => /^(GET|POST|PUT|PATCH|DELETE)$/.test(method));
      return own.map((method) => `${method} ${path}`);
    });
}

/** Every route is called for real, and each answer compared with what `/docs/json` says of it. */
describe.each(['embedded', 'on Redis and MongoDB'])('the API as it is described, %s', (kind) => {
  let provider: Provider;
  let backends: Backends | undefined;
  let app: TestApp;
  let schemas: ApiSchemas;
  let ada: Person;
  let eve: Person;
  let socket: Socket;
  const heard = new Set<string>();
  const streamed = new Set<string>();
  const faults: unknown[] = [];

  beforeAll(async () => {
    provider = await Provider.start();
    if (kind !== 'embedded') backends = await Backends.start();
    app = await TestApp.start({
      ...backends?.space(),
      ...provider.env,
      ...{
        METRICS_TOKEN: 'a-token-of-metrics',
        QUEUE_CONCURRENCY: '1',
        QUEUE_BACKOFF_MS: '1',
        TOKENS_USER_MAX: '100000',
      },
    });
    readInstead(app, readSimply);
    schemas = await ApiSchemas.of(app.url);
    ada = await app.person('Ada');
    eve = await app.person('Eve');
    socket = io(app.url, { transports: ['websocket'], auth: { token: eve.token }, forceNew: true });
    socket.onAny((name: string, data: unknown) => {
      heard.add(name);
      try {
        schemas.checkLive(name, data);
      } catch (fault) {
        faults.push(fault);
      }
    });
    await eventually(() => socket.connected);
  });
  afterAll(async () => {
    socket?.close();
    await app?.stop();
    await backends?.stop();
    await provider?.stop();
  });

  const send = (method: string, path: string, body?: object, headers: Record<string, string> = {}) =>
    fetch(app.url + path, {
      method,
      headers: { ...(body && { 'content-type': 'application/json' }), ...headers },
      body: body && JSON.stringify(body),
    });
  const answers = (text = 'Hello') => (provider.reply = (call) => call.think('Hm').say(text).finish());

  async function watched(operation: string, response: Response): Promise<void> {
    await schemas.check(operation, response);
    for (const event of await allEvents(response)) {
      streamed.add(`${operation} ${event.event}`);
      schemas.checkEvent(operation, event);
    }
  }

  /** A conversation with a question and its answer. */
  async function conversation(): Promise<{ id: string; messageId: string }> {
    answers();
    const events = await eve.askAll('Where is a lighthouse?');
    return { id: events[0].data.conversationId, messageId: events[0].data.messageId };
  }

  const account = { name: 'Linus', email: 'linus@example.org', password: PASSWORD };
  const linus = () => Person.logIn(app.url, account.email);

  const ofKey = () => ({
    ...{ scopes: ['api', 'chat'], models: ['openAI/gpt-test'], tokensPerDay: 1000 },
    expiresAt: new Date(Date.now() + 60_000).toISOString(),
  });

  /** By what is described: answers of this route, good ones and refusals. */
  const routes: Record<string, () => Promise<Response[]>> = {
    'GET /api/auth/methods': async () => [await send('GET', '/api/auth/methods')],
    'POST /api/auth/register': async () => [
      await send('POST', '/api/auth/register', account),
      await send('POST', '/api/auth/register', account),
      await send('POST', '/api/auth/register', { ...account, password: 'x', more: 1 }),
    ],
    'POST /api/auth/login': async () => [
      await send('POST', '/api/auth/login', { email: account.email, password: PASSWORD }),
      await send('POST', '/api/auth/login', { email: account.email, password: 'wrong' }),
    ],
    'POST /api/auth/refresh': async () => [
      await send('POST', '/api/auth/refresh', undefined, { cookie: (await linus()).cookie }),
      await send('POST', '/api/auth/refresh'),
    ],
    'POST /api/auth/logout': async () => [
      await send('POST', '/api/auth/logout', undefined, { cookie: (await linus()).cookie }),
      await send('POST', '/api/auth/logout', undefined, { origin: 'https://elsewhere.example' }),
    ],
    'GET /api/auth/sessions': async () => [
      await eve.call('GET', '/api/auth/sessions'),
      await eve.call('GET', '/api/auth/sessions?limit=0&cursor='),
    ],
    'DELETE /api/auth/sessions/{id}': async () => {
      const other = await linus();
      const { items } = await other.get('/api/auth/sessions');
      return [
        await other.call('DELETE', `/api/auth/sessions/${items.find((one: any) => !one.current).id}`),
        await other.call('DELETE', '/api/auth/sessions/none'),
      ];
    },
    'GET /api/user': async () => [await eve.call('GET', '/api/user'), await send('GET', '/api/user')],
    'PATCH /api/user': async () => [
      await eve.call('PATCH', '/api/user', { name: 'Eve E.' }),
      await eve.call('PATCH', '/api/user', { name: 1 }),
    ],
    'POST /api/user/password': async () => [
      await (await linus()).call('POST', '/api/user/password', { password: PASSWORD, newPassword: `${PASSWORD}!` }),
      await eve.call('POST', '/api/user/password', { password: 'wrong', newPassword: 'password1' }),
    ],
    'POST /api/keys': async () => [
      await eve.call('POST', '/api/keys', { name: 'bare' }),
      await eve.call('POST', '/api/keys', { name: 'full', ...ofKey() }),
      await eve.call('POST', '/api/keys', { name: '', scopes: ['all'], models: [], expiresAt: 'soon', more: 1 }),
    ],
    'GET /api/keys': async () => [
      await eve.call('GET', '/api/keys'),
      await eve.call('GET', '/api/keys?limit=1'),
      await send('GET', '/api/keys'),
    ],
    'PATCH /api/keys/{id}': async () => [
      await eve.call('PATCH', `/api/keys/${(await Program.of(eve)).key.id}`, { name: 'another' }),
      await eve.call('PATCH', '/api/keys/none', { name: 'another' }),
    ],
    'DELETE /api/keys/{id}': async () => {
      const program = await Program.of(eve);
      const keys = await program.call('GET', '/api/keys');
      const revoked = await eve.call('DELETE', `/api/keys/${program.key.id}`);
      return [keys, revoked, await program.call('GET', '/api/convos'), await eve.call('DELETE', '/api/keys/none')];
    },
    'GET /api/endpoints': async () => [
      await eve.call('GET', '/api/endpoints'),
      await eve.call('GET', '/api/endpoints?limit=1'),
      await eve.call('GET', '/api/endpoints?details=true'),
      await eve.call('GET', '/api/endpoints?details=perhaps'),
      await send('GET', '/api/endpoints'),
    ],
    [ASK]: async () => {
      const json = { accept: 'application/json' };
      answers();
      await watched(ASK, await eve.ask('Hello'));
      const whole = await eve.ask('Hello', 'openAI', json);
      provider.reply = (call, n) => (n % 2 ? call.say('again').finish() : call.say('half').breakOff());
      provider.calls.length = 0;
      await watched(ASK, await eve.ask('Twice'));
      provider.reply = (call) => call.fail(401);
      await watched(ASK, await eve.ask('No key'));
      const failed = await eve.ask('No key', 'openAI', json);
      // Who waits, and whose session ends meanwhile, is told where to read on.
      provider.reply = undefined;
      provider.calls.length = 0;
      const away = await Person.logIn(app.url, eve.user.email);
      const later = away.ask('Slow', 'openAI', json);
      const waiting = [await provider.call(0), await eve.ask('In line')] as const;
      const queued = eventsOf(waiting[1]);
      for await (const event of queued) {
        streamed.add(`${ASK} ${event.event}`);
        schemas.checkEvent(ASK, event);
        if (event.event === 'queued') break;
      }
      const [newest] = (await eve.get('/api/auth/sessions')).items;
      await eve.call('DELETE', `/api/auth/sessions/${newest.id}`);
      const accepted = await later;
      answers();
      waiting[0].say('done').finish();
      const unknown = await eve.ask('x', 'nowhere');
      return [whole, failed, accepted, unknown, await eve.ask({ message: 'x', model: 'none' }), await eve.ask({})];
    },
    'GET /api/streams': async () => {
      provider.reply = undefined;
      provider.calls.length = 0;
      await eve.ask('Running');
      const call = await provider.call(0);
      await eve.ask('Waiting');
      const list = await eve.call('GET', '/api/streams');
      answers();
      call.say('done').finish();
      return [list, await eve.call('GET', '/api/streams?cursor=x')];
    },
    [READ]: async () => {
      const { messageId } = await conversation();
      await watched(READ, await eve.resume(messageId, '1-0'));
      return [await eve.resume(messageId, 'nonsense'), await eve.resume('none'), await ada.resume(messageId)];
    },
    'POST /api/streams/{messageId}/stop': async () => {
      provider.reply = undefined;
      provider.calls.length = 0;
      const events = eventsOf(await eve.ask('Stop'));
      const { messageId } = (await events.next()).value!.data;
      await provider.call(0);
      return [
        await eve.call('POST', `/api/streams/${messageId}/stop`),
        await eve.call('POST', '/api/streams/none/stop'),
      ];
    },
    'GET /api/streams/self-test': async () => {
      const authorization = `Bearer ${selfTestToken(app.get(Config))}`;
      await watched(
        'GET /api/streams/self-test',
        await send('GET', '/api/streams/self-test', undefined, { authorization }),
      );
      return [await send('GET', '/api/streams/self-test')];
    },
    'GET /api/convos': async () => {
      await conversation();
      return [await eve.call('GET', '/api/convos'), await eve.call('GET', '/api/convos?pinned=x')];
    },
    'GET /api/convos/{id}': async () => [
      await eve.call('GET', `/api/convos/${(await conversation()).id}`),
      await eve.call('GET', '/api/convos/none'),
    ],
    'PATCH /api/convos/{id}': async () => {
      const { id } = await conversation();
      const change = { title: 'Lighthouses', pinned: true, instructions: 'Short.', temperature: 0.5 };
      return [
        await eve.call('PATCH', `/api/convos/${id}`, change),
        await eve.call('PATCH', `/api/convos/${id}`, { title: 'a\nb' }),
      ];
    },
    'DELETE /api/convos/{id}': async () => {
      const { id } = await conversation();
      return [await eve.call('DELETE', `/api/convos/${id}`), await eve.call('DELETE', `/api/convos/${id}`)];
    },
    'GET /api/convos/{id}/messages': async () => {
      const { items } = await eve.get('/api/convos');
      const lists = items.map(({ id }: any) => eve.call('GET', `/api/convos/${id}/messages?order=desc`));
      return [...(await Promise.all<Response>(lists)), await eve.call('GET', '/api/convos/none/messages')];
    },
    'POST /api/files': async () => [
      await upload(eve, 'a note', 'note.txt'),
      await upload(eve, Buffer.from([0, 1, 2]), 'note.txt'),
    ],
    'GET /api/files': async () => {
      await uploaded(eve, 'a note');
      return [await eve.call('GET', '/api/files'), await eve.call('GET', '/api/files?limit=0')];
    },
    'GET /api/files/{id}': async () => [
      await eve.call('GET', `/api/files/${(await uploaded(eve, 'a note')).id}`),
      await eve.call('GET', '/api/files/none'),
    ],
    'GET /api/files/{id}/content': async () => {
      const path = `/api/files/${(await uploaded(eve, 'a note')).id}/content`;
      return [
        await eve.call('GET', path),
        await eve.call('GET', path, undefined, { range: 'bytes=0-1' }),
        await eve.call('GET', `${path}?size=huge`),
      ];
    },
    'GET /api/files/{id}/text': async () => [
      await eve.call('GET', `/api/files/${(await uploaded(eve, 'a note')).id}/text`),
      await eve.call('GET', '/api/files/none/text'),
    ],
    'DELETE /api/files/{id}': async () => [
      await eve.call('DELETE', `/api/files/${(await uploaded(eve, 'a note')).id}`),
      await eve.call('DELETE', '/api/files/none'),
    ],
    'GET /api/search': async () => {
      await conversation();
      return [await eve.call('GET', '/api/search?q=lighthouse'), await eve.call('GET', '/api/search')];
    },
    'GET /api/admin/users': async () => [
      await ada.call('GET', '/api/admin/users'),
      await ada.call('GET', '/api/admin/users?q=nobody'),
      await eve.call('GET', '/api/admin/users'),
    ],
    'PATCH /api/admin/users/{id}': async () => [
      await ada.call('PATCH', `/api/admin/users/${eve.user.id}`, { role: 'user' }),
      await ada.call('PATCH', `/api/admin/users/${ada.user.id}`, { disabled: true }),
      await ada.call('PATCH', '/api/admin/users/none', {}),
    ],
    'GET /api/admin/keys': async () => {
      await Program.of(eve, ofKey());
      return [await ada.call('GET', '/api/admin/keys'), await eve.call('GET', '/api/admin/keys')];
    },
    'DELETE /api/admin/keys/{id}': async () => [
      await ada.call('DELETE', `/api/admin/keys/${(await Program.of(eve)).key.id}`),
      await ada.call('DELETE', '/api/admin/keys/none'),
    ],
    'GET /api/admin/status': async () => [
      await ada.call('GET', '/api/admin/status'),
      await eve.call('GET', '/api/admin/status'),
    ],
    'GET /api/admin/status/history': async () => [
      await ada.call('GET', '/api/admin/status/history'),
      await eve.call('GET', '/api/admin/status/history'),
    ],
    'POST /api/admin/queues/session': async () => [
      await ada.call('POST', '/api/admin/queues/session'),
      await eve.call('POST', '/api/admin/queues/session'),
    ],
    'GET /health': async () => [await send('GET', '/health')],
    'GET /health/live': async () => [await send('GET', '/health/live')],
    'GET /health/ready': async () => [await send('GET', '/health/ready')],
    'GET /metrics': async () => [
      await send('GET', '/metrics', undefined, { authorization: 'Bearer a-token-of-metrics' }),
      await send('GET', '/metrics'),
    ],
    'DELETE /api/user': async () => {
      const person = await app.person('Grace');
      return [
        await person.call('DELETE', '/api/user', { password: 'wrong' }),
        await person.call('DELETE', '/api/user', { password: PASSWORD }),
      ];
    },
  };

  it('describes every route that there is, and each is called here', () => {
    const served = routesOf(app).filter((route) => !NOT_OF_THE_API.test(route));
    expect(served.length).toBeGreaterThan(30);
    expect(new Set(schemas.operations)).toEqual(new Set(served));
    expect(new Set(Object.keys(routes))).toEqual(new Set(served));
  });

  it('says of each call whether it needs a session', async () => {
    const refused: string[] = [];
    for (const operation of schemas.operations) {
      const [method, path] = operation.split(' ');
      // No session's token, but the one that metrics ask for.
      const headers = { authorization: 'Bearer a-token-of-metrics' };
      const response = await send(method, path.replace(/\{\w+\}/g, 'none'), undefined, headers);
      await response.body?.cancel();
      if (response.status === 401) refused.push(operation);
    }
    const needing = schemas.operations.filter((operation) => schemas.needsSession(operation));
    expect(needing.length).toBeGreaterThan(20);
    // It is public, and answers 401 without its cookie.
    expect(refused.filter((operation) => operation !== 'POST /api/auth/refresh')).toEqual(needing);
  });

  it.each(Object.keys(routes))('%s', async (operation) => {
    const responses = await routes[operation]();
    const statuses = responses.map(({ status }) => status);
    for (const response of responses) await schemas.check(operation, response);
    const hasGood = statuses.some((status) => status < 400) || [...streamed].some((one) => one.startsWith(operation));
    const isOpen = /^\S+ \/(health|api\/auth\/methods)/.test(operation);
    expect([hasGood, isOpen || statuses.some((status) => status >= 400)]).toEqual([true, true]);
    expect(statuses.filter((status) => status >= 500 && status !== 502)).toEqual([]);
  });

  it('has sent every event of its streams', () => {
    const missing = (operation: string, but: string[] = []) =>
      schemas.eventsOf(operation).filter((name) => !but.includes(name) && !streamed.has(`${operation} ${name}`));
    expect(missing(ASK)).toEqual([]);
    expect(missing('GET /api/streams/self-test')).toEqual([]);
  });

  it('has sent every event of its sockets', async () => {
    const { items } = await eve.get('/api/auth/sessions');
    await eve.call('DELETE', `/api/auth/sessions/${items.find(({ current }: any) => current).id}`);
    await eventually(() => heard.has('session.revoked'));
    expect([...heard].sort()).toEqual([...schemas.liveEvents].sort());
    expect(faults).toEqual([]);
  });

  it('would not take an answer with a field that is not described, nor one without a field', () => {
    const { user } = eve;
    const answer = (body: object) =>
      schemas.check(
        'GET /api/user',
        new Response(JSON.stringify(body), { headers: { 'content-type': 'application/json' } }),
      );
    return Promise.all([
      expect(answer({ user })).resolves.toBeDefined(),
      expect(answer({ user: { ...user, more: 1 } })).rejects.toThrow('unevaluated'),
      expect(answer({ user: { ...user, role: 'boss' } })).rejects.toThrow('allowed values'),
      expect(answer({ user: { ...user, createdAt: 'today' } })).rejects.toThrow('format'),
      expect(answer({})).rejects.toThrow('required'),
    ]);
  });
});

describe('docs/api.md', () => {
  const page = readFileSync(join(__dirname, '../../docs/api.md'), 'utf8');
  const rows = page.split('\n').filter((line) => line.startsWith('|'));

  /** What a row of the tables of codes says of one: its own name, and names and values of its parameters. */
  const rowOf = (code: string, isField: boolean) => {
    const table = page.slice(page.indexOf(isField ? 'What is wrong with a field' : '## Codes'));
    const own = (isField ? table : table.slice(0, table.indexOf('What is wrong with a field'))).split('\n');
    return own.filter((line) => line.startsWith('|') && line.split('|').slice(1, -2).join('|').includes(`\`${code}\``));
  };
  const words = (kinds: ParamKinds) =>
    Object.entries(kinds).flatMap(([name, kind]) => [
      name,
      ...(typeof kind === 'string' || name === 'limit?' ? [] : kind),
    ]);

  it.each(Object.entries<ParamKinds>(ERRORS))('tells of %s and what it says', (code, kinds) => {
    expect(rowOf(code, false)).not.toEqual([]);
    for (const word of words(kinds)) expect(rowOf(code, false).join()).toContain(`\`${word}\``);
  });
  it.each(Object.entries<ParamKinds>(FIELD_ERRORS))('tells of the field’s %s and what it says', (code, kinds) => {
    expect(rowOf(code, true)).not.toEqual([]);
    for (const word of words(kinds)) expect(rowOf(code, true).join()).toContain(`\`${word}\``);
  });

  it('tells of every call and every event, and of no other', async () => {
    const app = await TestApp.start();
    try {
      const { operations, liveEvents } = await ApiSchemas.of(app.url);
      const known = new Set(operations.map((one) => one.replace(/\{(\w+)\}/g, ':$1')));
      known.delete('GET /api/streams/self-test');
      const told = new Set(
        [...page.matchAll(/`(GET|POST|PUT|PATCH|DELETE) (\/[^`?\s]*)[^`]*`/g)]
          .map(([, method, path]) => `${method} ${path}`)
          .filter((one) => !one.startsWith('GET /docs')),
      );
      expect(told).toEqual(known);
      const named = rows.flatMap((line) => /^\| `(\w+\.\w+)` \|/.exec(line)?.[1] ?? []);
      expect(named.sort()).toEqual([...liveEvents].sort());
    } finally {
      await app.stop();
    }
  });
});
