import { Controller, Get, Module, Post } from '@nestjs/common';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { Test } from '@nestjs/testing';
import { dependencyDown } from '../../libs/errors/index.js';
import { HitCounter, type WindowState } from './index.js';
import { ConfigModule } from '../config/config.module.js';
import { testConfig } from '../config/config.testing.js';
import { ProblemFilter } from '../http/problem.filter.js';
import { createAdapter } from '../http/server.js';
import { Limit } from './limit.js';
import { RateLimitModule } from './rate-limit.module.js';

class CountingHits extends HitCounter {
  readonly counts = new Map<string, number>();
  down = false;

  async hit(key: string, windowMs: number): Promise<WindowState> {
    if (this.down) throw dependencyDown('counter');
    const hits = (this.counts.get(key) ?? 0) + 1;
    this.counts.set(key, hits);
    return { hits, resetMs: windowMs };
  }

  async peek(): Promise<WindowState> {
    return { hits: 0, resetMs: 0 };
  }

  async close(): Promise<void> {}
}

const hits = new CountingHits();

@Controller()
class Routes {
  @Get('api/convos/:id')
  convos() {
    return {};
  }

  @Post('api/ask/:endpoint')
  @Limit('message-user')
  ask() {
    return {};
  }

  @Post('api/auth/login')
  @Limit('login')
  login() {
    return {};
  }

  @Post('api/auth/register')
  @Limit('register')
  register() {
    return {};
  }

  @Post('api/auth/refresh')
  refresh() {
    return {};
  }

  @Get('health/live')
  live() {
    return {};
  }

  @Get('apiary')
  apiary() {
    return {};
  }
}

const config = testConfig({ API_MAX: '2' });

@Module({ imports: [ConfigModule.forRoot(config), RateLimitModule.forRoot(config)], controllers: [Routes] })
class Root {}

describe('ApiGuard', () => {
  let app: NestFastifyApplication;

  beforeAll(async () => {
    const adapter = createAdapter(config);
    const module = await Test.createTestingModule({ imports: [Root] })
      .overrideProvider(HitCounter)
      .useValue(hits)
      .compile();
    app = module.createNestApplication<NestFastifyApplication>(adapter, { logger: false, bodyParser: false });
    adapter.getInstance().addHook('onRequest', (request, _reply, done) => {
      const userId = request.headers['x-user'];
      if (typeof userId === 'string') request.auth = { userId, sessionId: 's' };
      done();
    });
    app.useGlobalFilters(new ProblemFilter());
    await app.init();
    await adapter.getInstance().ready();
  });
  afterAll(() => app.close());
  beforeEach(() => {
    hits.counts.clear();
    hits.down = false;
  });

  const get = (url: string, user?: string) => app.inject({ url, headers: user ? { 'x-user': user } : {} });
  const post = (url: string) => app.inject({ method: 'POST', url });

  it('counts the calls of a user together, and refuses one too many', async () => {
    const first = await get('/api/convos/1', 'u');
    expect(first.statusCode).toBe(200);
    expect(first.headers).toMatchObject({ 'ratelimit-policy': '"api";q=2;w=60', ratelimit: '"api";r=1;t=60' });
    await get('/api/convos/2', 'u');
    const refused = await get('/api/convos/3', 'u');
    expect(refused.statusCode).toBe(429);
    expect(refused.headers).toMatchObject({ ratelimit: '"api";r=0;t=60', 'retry-after': '60' });
    expect(refused.json()).toMatchObject({ code: 'rate_limited' });
    expect((await get('/api/convos/1', 'another')).statusCode).toBe(200);
  });

  it('counts by address where nobody is signed in', async () => {
    await get('/api/convos/1');
    await post('/api/auth/refresh');
    expect([...hits.counts]).toEqual([['api:127.0.0.1', 2]]);
  });

  it('counts through the guard’s own storage', async () => {
    const counted = jest.spyOn(hits, 'increment');
    await get('/api/convos/1', 'u');
    expect(counted.mock.calls).toEqual([['api:u', 60_000, 2, 60_000, 'api']]);
    counted.mockRestore();
  });

  it('an encoded address is the same call', async () => {
    await get('/%61pi/convos/1', 'u');
    expect([...hits.counts]).toEqual([['api:u', 1]]);
  });

  it('leaves alone what has a policy of its own, and what is not the API', async () => {
    for (const url of ['/api/ask/demo', '/api/auth/login', '/api/auth/register']) await post(url);
    for (const url of ['/health/live', '/apiary']) {
      expect((await get(url)).headers.ratelimit).toBeUndefined();
    }
    expect(hits.counts.size).toBe(0);
  });

  it('lets pass while the counters are away', async () => {
    hits.down = true;
    const answer = await get('/api/convos/1', 'u');
    expect(answer.statusCode).toBe(200);
    expect(answer.headers.ratelimit).toBeUndefined();
  });
});
