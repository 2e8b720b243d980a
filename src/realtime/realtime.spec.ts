import { request } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { Global, Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { io, type Socket } from 'socket.io-client';
import { Signals, type Signal } from '../../libs/cluster/index.js';
import { AppError, dependencyDown } from '../../libs/errors/index.js';
import { Metrics } from '../../libs/metrics/index.js';
import { Authenticator } from '../auth/accounts/authenticator.service.js';
import { Config } from '../config/config.js';
import { testConfig } from '../config/config.testing.js';
import type { Message } from '../contract/message.js';
import { eventually } from '../../test/support/eventually.js';
import { createAdapter } from '../http/server.js';
import { Notices } from '../notices/notices.service.js';
import { RateLimits } from '../rate-limit/rate-limits.service.js';
import { RealtimeAdapter } from './realtime.adapter.js';
import { RealtimeGateway } from './realtime.gateway.js';
import { SessionWatch } from './session-watch.service.js';

class LocalSignals extends Signals {
  readonly listeners = new Map<string, Set<(signal: Signal) => void>>();

  async publish(topic: string, signal: Signal): Promise<void> {
    setImmediate(() => this.listeners.get(topic)?.forEach((listener) => listener(signal)));
  }

  subscribe(topic: string, listener: (signal: Signal) => void): () => void {
    const listeners = this.listeners.get(topic) ?? new Set();
    this.listeners.set(topic, listeners.add(listener));
    return () => void listeners.delete(listener);
  }

  async close(): Promise<void> {}
}

/** A token is `user/session`. */
const authenticator = {
  gone: '',
  async authenticate(header: string | undefined) {
    const [userId, sessionId] = header?.replace(/^Bearer /, '').split('/') ?? [];
    if (userId === 'broken') throw new Error('secret driver text');
    if (userId === 'down') throw dependencyDown('session store');
    return sessionId ? { userId, sessionId } : undefined;
  },
  async isAlive(sessionId: string) {
    return sessionId !== this.gone;
  },
};

const limits = {
  consumed: [] as string[],
  full: false,
  async consume(policy: string, key: string) {
    this.consumed.push(`${policy}:${key}`);
    if (this.full) throw new AppError('rate_limited', 429, 'Too many requests.');
  },
};

const signals = new LocalSignals();
const config = testConfig({ TRUST_PROXY: '1', PUBLIC_URL: 'https://chat.example.org' });
/** As much of one as is told apart. */
const message = (id: string) => ({ id }) as Message;

@Global()
@Module({
  providers: [
    Notices,
    Metrics,
    { provide: Signals, useValue: signals },
    { provide: Config, useValue: config },
    { provide: Authenticator, useValue: authenticator },
    { provide: RateLimits, useValue: limits },
  ],
  exports: [Notices, Metrics, Signals, Config, Authenticator, RateLimits],
})
class Ground {}

@Module({ imports: [Ground], providers: [RealtimeGateway, SessionWatch] })
class Root {}

describe('live updates', () => {
  let app: NestFastifyApplication;
  let notices: Notices;
  const clients: Socket[] = [];

  beforeAll(async () => {
    app = await NestFactory.create<NestFastifyApplication>(Root, createAdapter(config), {
      logger: false,
      bodyParser: false,
    });
    app.useWebSocketAdapter(new RealtimeAdapter(app, config));
    await app.init();
    await app.listen(0, '127.0.0.1');
    notices = app.get(Notices);
  });
  afterEach(() => {
    for (const client of clients.splice(0)) client.disconnect();
    limits.consumed = [];
    limits.full = false;
  });
  afterAll(() => app.close());

  async function open(token: unknown, options: object = {}): Promise<Socket> {
    const client = io(await app.getUrl(), {
      path: '/socket.io',
      transports: ['websocket'],
      auth: { token },
      reconnection: false,
      forceNew: true,
      ...options,
    });
    clients.push(client);
    return client;
  }

  async function connected(token: string): Promise<Socket> {
    const client = await open(token);
    await new Promise<void>((resolve, reject) => {
      client.once('connect', resolve);
      client.once('connect_error', reject);
    });
    // In its rooms once a notice of its own arrives.
    const here = new Promise((resolve) => client.once('conversation.deleted', resolve));
    const timer = setInterval(
      () => notices.toUser(token.split('/')[0], 'conversation.deleted', { conversationId: 'c' }),
      10,
    );
    await here;
    clearInterval(timer);
    await sleep(20);
    return client;
  }

  async function refusal(token: unknown, options: object = {}): Promise<Error & { data?: unknown }> {
    const client = await open(token, options);
    return new Promise((resolve, reject) => {
      client.once('connect', () => reject(new Error('it was let in')));
      client.once('connect_error', resolve);
    });
  }

  const heard = (client: Socket) => {
    const events: Array<[string, unknown]> = [];
    client.onAny((event: string, data: unknown) => events.push([event, data]));
    return events;
  };

  it('lets somebody have two hundred, and others theirs', async () => {
    const many = await Promise.all(Array.from({ length: 200 }, () => open('ada/1')));
    await eventually(() => many.every((client) => client.connected));
    expect((await refusal('ada/2')).data).toEqual({
      code: 'too_many_concurrent',
      params: { of: 'pages', maximum: 200 },
    });
    await connected('bob/1');
    many[0].disconnect();
    await eventually(() => app.get(RealtimeGateway).sockets === 200);
    await connected('ada/2');
  });

  it.each([
    ['no token', undefined, 'unauthenticated'],
    ['a token that is no text', { a: 1 }, 'unauthenticated'],
    ['a bad token', 'nonsense', 'unauthenticated'],
    ['a session store that is away', 'down/1', 'dependency_down'],
    ['a fault', 'broken/1', 'internal'],
  ])('refuses %s with a code', async (_name, token, code) => {
    const error = await refusal(token);
    expect(error.data).toEqual({ code });
    expect(error.message).not.toContain('driver');
  });

  it('counts connects by user, else by the address that the proxy names', async () => {
    await connected('ann/1');
    await refusal('nonsense', { extraHeaders: { 'x-forwarded-for': '6.6.6.6, 192.0.2.9' } });
    expect(limits.consumed).toEqual(['api:ann', 'api:192.0.2.9']);
    limits.full = true;
    expect((await refusal('ann/1')).data).toEqual({ code: 'rate_limited' });
  });

  it.each([
    ['a foreign name', { host: 'evil.example' }, 421, 'host_not_allowed'],
    ['a page of somebody else', { origin: 'https://evil.example' }, 403, 'forbidden'],
    ['a page without an origin', { origin: 'null' }, 403, 'forbidden'],
    ['another site, as the browser says', { 'sec-fetch-site': 'cross-site' }, 403, 'forbidden'],
  ])('refuses a handshake of %s', async (_name, headers, status, code) => {
    const upgrade = { connection: 'Upgrade', upgrade: 'websocket', 'sec-websocket-version': '13' };
    const key = { 'sec-websocket-key': 'dGhlIHNhbXBsZSBub25jZQ==' };
    const address = `${await app.getUrl()}/socket.io/?EIO=4&transport=websocket`;
    const answer = await new Promise<{ status?: number; text: string }>((resolve, reject) => {
      const call = request(address, { headers: { ...upgrade, ...key, ...headers } }, (response) => {
        let text = '';
        response.on('data', (chunk) => (text += chunk));
        response.on('end', () => resolve({ status: response.statusCode, text }));
      });
      call.on('upgrade', (_response, socket) => {
        socket.destroy();
        reject(new Error('it was let in'));
      });
      call.on('error', reject).end();
    });
    expect([answer.status, JSON.parse(answer.text)]).toMatchObject([status, { status, code }]);
  });

  it('takes pages of this host, and of PUBLIC_URL', async () => {
    for (const origin of [await app.getUrl(), 'https://chat.example.org']) {
      const client = await open('ann/1', { extraHeaders: { origin } });
      await eventually(() => client.connected);
    }
  });

  it('has no long polling', async () => {
    const answer = await fetch(`${await app.getUrl()}/socket.io/?EIO=4&transport=polling`);
    expect(answer.status).toBe(400);
  });

  it('tells all sockets of a user, and nobody else', async () => {
    const [one, two, other] = [await connected('ann/1'), await connected('ann/2'), await connected('bob/3')];
    const [a, b, c] = [heard(one), heard(two), heard(other)];
    notices.toUser('ann', 'message.created', { message: message('m') });
    notices.toUser('bob', 'generation.finished', { message: message('n') });
    const end = new Promise((resolve) => other.once('generation.finished', resolve));
    await end;
    await sleep(30);
    expect(a).toEqual([['message.created', { message: { id: 'm' } }]]);
    expect(b).toEqual(a);
    expect(c).toEqual([['generation.finished', { message: { id: 'n' } }]]);
  });

  it('closes the sockets of a revoked session, after telling them', async () => {
    const [gone, stays] = [await connected('ann/1'), await connected('ann/2')];
    const [events, others] = [heard(gone), heard(stays)];
    const closed = new Promise((resolve) => gone.once('disconnect', resolve));
    notices.revoked('ann', ['1']);
    await closed;
    expect(events).toEqual([['session.revoked', { sessionId: '1' }]]);
    expect(stays.connected).toBe(true);
    expect(others).toEqual([]);
  });

  it('closes the sockets of a session that is found gone, of which no notice came', async () => {
    const [gone, stays] = [await connected('ann/1'), await connected('ann/2')];
    const events = heard(gone);
    authenticator.gone = '1';
    await eventually(() => gone.disconnected);
    expect(events).toEqual([['session.revoked', { sessionId: '1' }]]);
    expect(stays.connected).toBe(true);
    authenticator.gone = '';
  });

  it('ignores what clients send, and drops who sends much', async () => {
    const client = await connected('ann/1');
    client.emit('message.created', { a: 1 });
    client.emit('join', 'user:bob');
    const events = heard(client);
    notices.toUser('bob', 'message.created', { message: message('m') });
    await sleep(50);
    expect(client.connected).toBe(true);
    expect(events).toEqual([]);
    const closed = new Promise((resolve) => client.once('disconnect', resolve));
    client.emit('much', 'x'.repeat(10_000));
    await closed;
  });

  it('closes its sockets with the app, and listens no longer', async () => {
    const client = await connected('ann/1');
    const closed = new Promise((resolve) => client.once('disconnect', resolve));
    await app.close();
    await closed;
    expect([...signals.listeners.values()].every(({ size }) => size === 0)).toBe(true);
  });
});

describe('SessionWatch', () => {
  const turn = 5;
  let watch: SessionWatch;
  afterEach(() => watch.stop());

  async function until(condition: () => boolean): Promise<void> {
    while (!condition()) await sleep(turn);
  }

  it('looks at every session in turn, a fifteenth at a time, and ends only those that are gone', async () => {
    const looks = new Map<string, number>();
    const ended: string[] = [];
    let inTurn = 0;
    let most = 0;
    watch = new SessionWatch({
      async isAlive(id: string) {
        looks.set(id, (looks.get(id) ?? 0) + 1);
        most = Math.max(most, ++inTurn);
        await sleep(0);
        inTurn--;
        return id !== '7';
      },
    } as unknown as Authenticator);
    for (let i = 0; i < 30; i++) watch.add(String(i));
    watch.start((id) => {
      ended.push(id);
      watch.remove(id);
    }, turn);
    await until(() => [...looks.values()].filter((count) => count >= 2).length >= 29);
    expect(ended).toEqual(['7']);
    expect(looks.get('7')).toBe(1);
    expect(most).toBe(2);
    expect(Math.max(...looks.values())).toBeLessThanOrEqual(3);
  });

  it('ends nothing while the store does not answer, and goes on after', async () => {
    let answer: () => Promise<boolean> = () => Promise.reject(dependencyDown('session store'));
    let looks = 0;
    const ended: string[] = [];
    watch = new SessionWatch({ isAlive: () => (looks++, answer()) } as unknown as Authenticator);
    watch.add('1');
    watch.start((id) => ended.push(id), turn);
    await until(() => looks >= 3);
    expect(ended).toEqual([]);
    answer = async () => false;
    await until(() => ended.length > 0);
  });

  it('forgets a session with its last socket', async () => {
    const looked: string[] = [];
    watch = new SessionWatch({ isAlive: async (id: string) => looked.push(id) > 0 } as unknown as Authenticator);
    watch.add('1');
    watch.add('1');
    watch.add('2');
    watch.remove('1');
    watch.remove('2');
    watch.start(() => undefined, turn);
    await until(() => looked.length >= 3);
    expect(new Set(looked)).toEqual(new Set(['1']));
  });
});
