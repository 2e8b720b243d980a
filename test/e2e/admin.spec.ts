import { TestApp } from '../support/app.js';
import { eventually } from '../support/eventually.js';
import { type Person, SETUP_CODE } from '../support/person.js';
import { Provider } from '../support/provider.js';
import { Lifecycle } from '../../src/lifecycle/lifecycle.service.js';

// Several applications in this process, as instances over one backend.
jest.mock('../../libs/cluster/signals/memory/signals.js', () => {
  const { MemorySignals } = jest.requireActual('../../libs/cluster/signals/memory/signals.js');
  const shared = new MemorySignals();
  const share = () => Object.assign(Object.create(shared), { close: async () => {} });
  return { MemorySignals: jest.fn(share) };
});
jest.mock('../../libs/cluster/instances/memory/instance-registry.js', () => {
  const { MemoryInstanceRegistry } = jest.requireActual('../../libs/cluster/instances/memory/instance-registry.js');
  const entries = new Map();
  return { MemoryInstanceRegistry: jest.fn(() => new MemoryInstanceRegistry(entries)) };
});

describe('what admins see and change', () => {
  let provider: Provider;
  let app: TestApp;
  let admin: Person;
  let ada: Person;

  beforeAll(async () => {
    provider = await Provider.start();
    app = await TestApp.start({ ...provider.env, TOKENS_USER_MAX: '1000', API_MAX: '0', QUEUE_CONCURRENCY: '1' });
    admin = await app.person('Root');
    ada = await app.person('Ada');
  });
  afterAll(async () => {
    await app?.stop();
    await provider?.stop();
  });

  const json = async (answer: Promise<Response>): Promise<any> => {
    const { status } = await answer;
    return { status, body: await (await answer).json() };
  };
  const patch = (id: string, change: object, by = admin) => json(by.call('PATCH', `/api/admin/users/${id}`, change));

  it('is for admins only', async () => {
    const calls = [
      ['GET', '/api/admin/users'],
      ['PATCH', `/api/admin/users/${ada.user.id}`],
      ['GET', '/api/admin/status'],
      ['GET', '/api/admin/status/history'],
      ['POST', '/api/admin/queues/session'],
    ];
    for (const [method, path] of calls) {
      const body = method === 'PATCH' ? { role: 'admin' } : undefined;
      expect(await json(ada.call(method, path, body))).toMatchObject({ status: 403, body: { code: 'forbidden' } });
      const anonymous = fetch(app.url + path, { method });
      expect(await json(anonymous)).toMatchObject({ status: 401, body: { code: 'unauthenticated' } });
    }
  });

  describe('users', () => {
    it('are listed in pages, oldest first, with what they use', async () => {
      const first = await admin.get('/api/admin/users?limit=1');
      expect(first).toEqual({
        items: [
          {
            ...admin.user,
            role: 'admin',
            disabled: false,
            deleting: false,
            usage: { tokens: 0, tokenBudget: 1000, windowEndsInSeconds: null, running: 0, waiting: 0 },
          },
        ],
        nextCursor: expect.any(String),
      });
      const second = await admin.get(`/api/admin/users?limit=1&cursor=${first.nextCursor}`);
      expect([second.items[0].id, second.nextCursor]).toEqual([ada.user.id, null]);
      for (const query of ['limit=0', 'limit=101', 'cursor=x', 'name=Ada'])
        expect((await admin.call('GET', `/api/admin/users?${query}`)).status).toBe(400);
    });

    it('are found by a part of their name or e-mail, page by page', async () => {
      const names = ['Die Ärzte', 'ÄRZTEHAUS', '100 % Ärzte', 'Arzt'];
      for (const name of names) await app.person(name);
      const find = async (q: string, more = '') =>
        (await admin.get(`/api/admin/users?q=${encodeURIComponent(q)}${more}`)) as {
          items: Array<{ name: string; usage: object }>;
          nextCursor: string | null;
        };
      const found = async (q: string) => (await find(q)).items.map(({ name }) => name);
      expect(await found(' ärzte ')).toEqual(names.slice(0, 3));
      expect(await found('%')).toEqual(['100 % Ärzte']);
      expect(await found('.*')).toEqual([]);
      expect(await found(ada.user.email.toUpperCase())).toEqual(['Ada']);
      const first = await find('ärzte', '&limit=2');
      expect(first.items[0].usage).toMatchObject({ tokens: 0, tokenBudget: 1000 });
      const second = await find('ärzte', `&limit=2&cursor=${first.nextCursor}`);
      expect([...first.items, ...second.items].map(({ name }) => name)).toEqual(names.slice(0, 3));
      expect(second.nextCursor).toBeNull();
    });

    it.each(['', '%20', 'x'.repeat(101), '%00', 'a&q=b'])('are not looked for by %j', async (q) => {
      const refused = json(admin.call('GET', `/api/admin/users?q=${q}`));
      expect(await refused).toMatchObject({
        status: 400,
        body: { code: 'validation_failed', errors: [{ path: 'q' }] },
      });
    });

    it('show tokens and answers of the moment', async () => {
      const usage = async () => (await admin.get('/api/admin/users')).items[1].usage;
      const streams = [await ada.ask('One'), await ada.ask('Two'), await ada.ask('Three')];
      await provider.call(0);
      // The question of the one that runs, by estimate.
      await eventually(async () => (await usage()).tokens === 1);
      expect(await usage()).toMatchObject({ running: 1, waiting: 2 });
      for (let i = 0; i < 3; i++) (await provider.call(i)).say('x').finish();
      for (const stream of streams) await stream.text();
      await eventually(async () => (await usage()).tokens === 3 * 12);
      expect(await usage()).toEqual({
        tokens: 36,
        tokenBudget: 1000,
        windowEndsInSeconds: expect.any(Number),
        running: 0,
        waiting: 0,
      });
    });

    it('are out at once where they are disabled, and can come back', async () => {
      const bob = await app.person('Bob');
      const { body, status } = await patch(bob.user.id, { disabled: true });
      expect([status, body.user]).toEqual([200, expect.objectContaining({ id: bob.user.id, disabled: true })]);
      expect((await bob.call('GET', '/api/user')).status).toBe(401);
      expect(await patch(bob.user.id, { disabled: false })).toMatchObject({ body: { user: { disabled: false } } });
      // The sessions have ended.
      expect((await bob.call('GET', '/api/user')).status).toBe(401);
    });

    it('change their role, but the last admin stays one', async () => {
      for (const change of [{ role: 'user' }, { disabled: true }])
        expect(await patch(admin.user.id, change)).toMatchObject({ status: 409, body: { code: 'last_admin' } });
      expect(await patch(ada.user.id, { role: 'admin' })).toMatchObject({ body: { user: { role: 'admin' } } });
      expect((await ada.call('GET', '/api/admin/users')).status).toBe(200);
      expect((await patch(ada.user.id, { role: 'user' })).status).toBe(200);
      expect((await ada.call('GET', '/api/admin/users')).status).toBe(403);
    });

    it('are changed only as they may be', async () => {
      for (const change of [{}, { role: 'boss' }, { disabled: 1 }, { name: 'x' }, { role: 'user', email: 'x@y.org' }])
        expect(await patch(ada.user.id, change)).toMatchObject({ status: 400, body: { code: 'validation_failed' } });
      for (const id of ['nobody', '01890000-0000-7000-8000-000000000000'])
        expect(await patch(id, { disabled: true })).toMatchObject({ status: 404, body: { code: 'user_unknown' } });
    });
  });

  describe('status', () => {
    it('tells of each instance, whichever is asked, and of the queue', async () => {
      const other = await TestApp.start();
      try {
        await ada.askAll('Hello?', 'demo');
        const status = await admin.get('/api/admin/status');
        expect(status).toEqual({
          at: expect.any(String),
          queue: { waiting: 0, running: 0, oldestWaitingMs: 0, startsPerSecond: expect.any(Number) },
          instances: expect.any(Array),
          silent: [],
        });
        expect(status.instances.map(({ instance }: any) => instance)).toEqual([
          app.get(Lifecycle).instance,
          other.get(Lifecycle).instance,
        ]);
        expect(status.instances[0]).toEqual({
          instance: app.get(Lifecycle).instance,
          pid: process.pid,
          version: expect.stringMatching(/^\d/),
          startedAt: new Date(app.get(Lifecycle).startedAt).toISOString(),
          draining: false,
          cpuPercent: expect.any(Number),
          memory: { rss: expect.any(Number), heapUsed: expect.any(Number), heapTotal: expect.any(Number) },
          eventLoopLagMs: { p50: expect.any(Number), p99: expect.any(Number) },
          requestsPerSecond: expect.any(Number),
          answerTimeMs: { p50: expect.any(Number), p95: expect.any(Number) },
          firstTokenMs: { p50: expect.any(Number), p95: expect.any(Number) },
          generationsRunning: 0,
          sseStreams: expect.any(Number),
          sockets: 0,
          adapters: expect.objectContaining({ store: 'memory', queue: 'memory' }),
          dependencies: [],
        });
        expect(status.instances[1].firstTokenMs).toEqual({ p50: null, p95: null });
      } finally {
        await other.stop();
      }
      const alone = await admin.get('/api/admin/status');
      expect(alone.instances).toHaveLength(1);
    });

    it('tells what a dependency is like', async () => {
      const { HealthChecks } = await import('../../src/health/health-checks.js');
      const checks = app.get(HealthChecks);
      checks.add('redis', () => Promise.reject(new Error('secret address')));
      checks.add('mongo', () => new Promise(() => {}));
      checks.add('sqlite', async () => {});
      const [{ dependencies }] = (await admin.get('/api/admin/status')).instances;
      expect(dependencies).toEqual([
        { name: 'redis', up: false, latencyMs: expect.any(Number) },
        { name: 'mongo', up: false, latencyMs: expect.any(Number) },
        { name: 'sqlite', up: true, latencyMs: expect.any(Number) },
      ]);
    });
  });

  it('gives a cookie for the queues, which the memory queue has nothing to show in', async () => {
    const answer = await admin.call('POST', '/api/admin/queues/session');
    expect(answer.status).toBe(204);
    const cookie = answer.headers.get('set-cookie')!;
    expect(cookie).toMatch(/^parley_queues=[\w.-]+; Max-Age=900; Path=\/admin; HttpOnly; SameSite=Strict$/);
    const proxied = await TestApp.start({ TRUST_PROXY: '1', SETUP_CODE });
    try {
      const root = await proxied.person();
      const headers = { 'x-forwarded-proto': 'https' };
      const secure = await root.call('POST', '/api/admin/queues/session', undefined, headers);
      expect(secure.headers.get('set-cookie')).toMatch(/; Secure/);
    } finally {
      await proxied.stop();
    }
    for (const path of ['/admin/queues', '/admin/queues/api/queues', '/%61dmin/queues']) {
      const refused = fetch(app.url + path, { headers: { cookie: cookie.split(';')[0] } });
      expect(await json(refused)).toMatchObject({ status: 404, body: { code: 'not_found' } });
    }
    expect(Object.keys(require.cache).filter((file) => file.includes('bull-board'))).toEqual([]);
  });
});
