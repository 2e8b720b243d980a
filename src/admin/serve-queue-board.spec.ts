import type { AddressInfo } from 'node:net';
import { Queue } from 'bullmq';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { QueueBoard } from '../queue/index.js';
import { redisForTests } from '../../libs/redis/redis.testing.js';
import { MemorySessionStore } from '../auth/sessions/memory/session-store.js';
import { MemoryUserStore } from '../auth/users/memory/user-store.js';
import { testConfig } from '../config/config.testing.js';
import { createAdapter, prepareServer } from '../http/server.js';
import { QueueCookie } from './queue-cookie.service.js';
import { QueueGate } from './queue-gate.service.js';
import { serveQueueBoard } from './serve-queue-board.js';

const USER = '01890000-0000-7000-8000-000000000001';
const OTHER = '01890000-0000-7000-8000-000000000003';
const SESSION = '01890000-0000-7000-8000-000000000002';

describe('bull-board', () => {
  const users = new MemoryUserStore();
  const sessions = new MemorySessionStore();
  const config = testConfig({ TRUST_PROXY: '1' });
  const cookies = new QueueCookie(config);
  let fastify: FastifyInstance;
  let queue: Queue;
  let url: string;
  let cookie: string;

  afterAll(async () => {
    await fastify?.close();
    await queue?.close();
  });
  // After the hook above: in the end the server goes last.
  const redis = redisForTests();

  beforeAll(async () => {
    const { port } = await redis.server();
    queue = new Queue('openAI', { connection: { host: '127.0.0.1', port }, prefix: 'board' });
    await queue.add('answer', { v: 1, messageId: 'm' }, { jobId: 'm' });
    fastify = createAdapter(config).getInstance() as unknown as FastifyInstance;
    await prepareServer(fastify, config, { draining: false });
    await serveQueueBoard(fastify, new QueueBoard([queue]), new QueueGate(cookies, sessions, users, config));
    fastify.get('/admin/queuesque', async () => 'another page');
    await fastify.listen({ port: 0, host: '127.0.0.1' });
    url = `http://127.0.0.1:${(fastify.server.address() as AddressInfo).port}`;
  });

  beforeEach(async () => {
    await users.remove(USER);
    await users.create({ id: USER, name: 'A', email: 'a@x.org', passwordHash: '', role: 'admin' });
    await users.remove(OTHER);
    await users.create({ id: OTHER, name: 'B', email: 'b@x.org', passwordHash: '', role: 'admin' });
    await sessions.remove(SESSION);
    const now = new Date();
    const expiresAt = new Date(+now + 3_600_000);
    const more = { createdAt: now, lastUsedAt: now, address: '', userAgent: '', usedToken: 0 };
    await sessions.create({ id: SESSION, userId: USER, expiresAt, ...more });
    cookie = make({ userId: USER, sessionId: SESSION });
  });

  const make = (auth: { userId: string; sessionId: string }): string => {
    let made = '';
    const reply = { setCookie: (name: string, value: string) => (made = `${name}=${value}`) };
    const request = { protocol: 'http', headers: {}, socket: {} } as FastifyRequest;
    cookies.set(request, reply as unknown as FastifyReply, auth);
    return made;
  };
  const call = (path: string, options: RequestInit & { headers?: Record<string, string> } = {}) =>
    fetch(url + path, { redirect: 'manual', ...options, headers: { cookie, ...options.headers } });
  const refusal = async (answer: Promise<Response>) => {
    const { status, headers } = await answer;
    expect(headers.get('content-type')).toBe('application/problem+json');
    return `${status} ${((await (await answer).json()) as { code: string }).code}`;
  };
  const API = '/admin/queues/api/queues';

  it('shows its page, its files and the queues to an admin', async () => {
    const page = await call('/admin/queues');
    expect(page.status).toBe(200);
    expect(await page.text()).toContain('<base href="/admin/queues/"');
    const policy = page.headers.get('content-security-policy')!;
    for (const directive of ["script-src 'self'", "base-uri 'self'", "style-src 'self' 'unsafe-inline'"])
      expect(policy).toContain(directive);
    expect(page.headers.get('cache-control')).toBe('no-store');
    const listed = (await (await call(API)).json()) as any;
    expect(listed.queues.map(({ name }: any) => name)).toEqual(['openAI']);
    expect(listed.queues[0].counts.waiting).toBe(1);
  });

  it('is not there where there is nothing to show', async () => {
    const other = createAdapter(config).getInstance() as unknown as FastifyInstance;
    await serveQueueBoard(other, new QueueBoard(), new QueueGate(cookies, sessions, users, config));
    expect((await other.inject('/admin/queues')).statusCode).toBe(404);
    await other.close();
  });

  it.each([
    '/admin/queues',
    API,
    '/%61dmin/queues',
    '/admin/%71ueues/api/queues',
    '/admin/queues/static/favicon-32x32.png',
  ])('is nothing for who has no cookie, or not ours: %s', async (path) => {
    const good = cookie;
    const forged = [
      '',
      'parley_queues=x',
      good.replace(USER, OTHER),
      good.replace(SESSION, USER),
      good.replace(/\.(\d+)\./, (_, until) => `.${Number(until) + 1}.`),
      good.slice(0, -1) + (good.endsWith('A') ? 'B' : 'A'),
      make({ userId: OTHER, sessionId: SESSION }),
    ];
    for (cookie of forged) expect(await refusal(call(path))).toBe('401 unauthenticated');
  });

  it('ends after a quarter of an hour', async () => {
    const now = Date.now();
    const clock = jest.spyOn(Date, 'now');
    try {
      clock.mockReturnValue(now - 899_000);
      cookie = make({ userId: USER, sessionId: SESSION });
      clock.mockReturnValue(now - 901_000);
      const old = make({ userId: USER, sessionId: SESSION });
      clock.mockRestore();
      expect((await call(API)).status).toBe(200);
      cookie = old;
      expect(await refusal(call(API))).toBe('401 unauthenticated');
    } finally {
      clock.mockRestore();
    }
  });

  it('ends with the session, and with the role', async () => {
    await users.change(USER, { role: 'user' });
    expect(await refusal(call(API))).toBe('403 forbidden');
    await users.change(USER, { role: 'admin', disabled: true });
    expect(await refusal(call(API))).toBe('403 forbidden');
    await users.change(USER, { disabled: false });
    expect((await call(API)).status).toBe(200);
    await sessions.remove(SESSION);
    expect(await refusal(call(API))).toBe('401 unauthenticated');
  });

  it('changes something only for our own pages', async () => {
    const pause = (headers: Record<string, string>) => call(`${API}/openAI/pause`, { method: 'PUT', headers });
    const { host } = new URL(url);
    const foreign = [{}, { origin: 'null' }, { origin: `https://${host}` }, { origin: `http://evil.${host}` }];
    for (const headers of foreign)
      expect(await refusal(pause(headers as Record<string, string>))).toBe('403 forbidden');
    expect(await queue.isPaused()).toBe(false);
    expect((await pause({ origin: url })).status).toBe(200);
    expect(await queue.isPaused()).toBe(true);
    await queue.resume();
    const proxied = { 'x-forwarded-proto': 'https', 'x-forwarded-host': 'chat.example.org' };
    expect((await pause({ ...proxied, origin: 'https://chat.example.org' })).status).toBe(200);
    await queue.resume();
  });

  it('tells nothing of what goes wrong within', async () => {
    const read = jest.spyOn(queue, 'getJob').mockRejectedValue(new Error('secret address'));
    try {
      const answer = await call(`${API}/openAI/m`);
      expect(answer.status).toBe(500);
      expect(await answer.json()).toMatchObject({ code: 'internal', detail: expect.not.stringContaining('secret') });
    } finally {
      read.mockRestore();
    }
  });

  it('leaves other pages alone', async () => {
    cookie = '';
    expect(await (await call('/admin/queuesque')).text()).toBe('another page');
  });
});
