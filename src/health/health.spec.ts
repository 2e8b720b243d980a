import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import { Test } from '@nestjs/testing';
import { AppError, dependencyDown } from '../../libs/errors/index.js';
import { HealthChecks } from './health-checks.js';
import { ConfigModule } from '../config/config.module.js';
import { testConfig } from '../config/config.testing.js';
import { Lifecycle } from '../lifecycle/lifecycle.service.js';
import { HealthController } from './health.controller.js';
import { HealthModule } from './health.module.js';
import { Dependencies } from './dependencies.service.js';

describe('health', () => {
  let app: NestFastifyApplication;
  let checks: HealthChecks;
  let lifecycle: Lifecycle;

  beforeEach(async () => {
    checks = new HealthChecks();
    lifecycle = new Lifecycle();

    const config = testConfig({ SESSIONS: 'sqlite' });
    const imports = [ConfigModule.forRoot(config), HealthModule.forRoot(config)];
    const module = await Test.createTestingModule({ imports })
      .overrideProvider(Lifecycle)
      .useValue(lifecycle)
      .overrideProvider(HealthChecks)
      .useValue(checks)
      .compile();
    app = module.createNestApplication<NestFastifyApplication>(new FastifyAdapter(), { logger: false });
    await app.init();
    await app.getHttpAdapter().getInstance().ready();
  });
  afterEach(() => app.close());

  const get = (url: string) => app.inject({ method: 'GET', url });
  const ready = () =>
    app
      .get(HealthController)
      .ready()
      .catch((error: unknown) => error as AppError);

  it('tells who it is and which adapters are in use', async () => {
    const answer = await get('/health');
    expect(answer.statusCode).toBe(200);
    expect(answer.headers['cache-control']).toBe('no-store');
    expect(answer.json()).toEqual({
      status: 'healthy',
      timestamp: expect.stringMatching(/^\d{4}-.*Z$/),
      uptime: expect.any(Number),
      memory: expect.objectContaining({ rss: expect.any(Number), heapUsed: expect.any(Number) }),
      pid: process.pid,
      instance: lifecycle.instance,
      version: expect.stringMatching(/^\d+\.\d+\.\d+/),
      adapters: {
        store: 'memory',
        sessions: 'sqlite',
        cache: 'memory',
        rateLimit: 'memory',
        queue: 'memory',
        eventLog: 'memory',
        realtime: 'memory',
        files: 'memory',
      },
    });
  });

  it('is ready where every dependency answers', async () => {
    checks.add('database', async () => undefined);
    const answer = await get('/health/ready');
    expect(answer.statusCode).toBe(200);
    expect(answer.json()).toMatchObject({ status: 'ok', details: { database: { status: 'up' } } });
  });

  it('names the one that fails, without its driver’s words, and stays live', async () => {
    checks.add('queue', async () => undefined);
    checks.add('database', async () => {
      throw dependencyDown('database', new Error('SQLITE_CORRUPT at /srv/data'));
    });
    checks.add('model', async () => {
      throw new Error('key sk-123 refused');
    });

    const refusal = await ready();
    expect(refusal).toMatchObject({ code: 'dependency_down', status: 503, detail: 'Not ready: database, model.' });
    const { members } = refusal as AppError;
    expect(members).toMatchObject({
      checks: { queue: { status: 'up' }, database: { status: 'down' }, model: { status: 'down' } },
    });
    expect(JSON.stringify(members)).not.toMatch(/SQLITE|sk-123/);

    expect((await get('/health')).json()).toMatchObject({ status: 'degraded' });
    expect((await get('/health/live')).statusCode).toBe(200);
  });

  it('asks each at most once a second, however many probes come in', async () => {
    let asked = 0;
    checks.add('database', async () => void asked++);
    await Promise.all(Array.from({ length: 20 }, () => get('/health/ready')));
    await get('/health');
    expect(asked).toBe(1);

    // The time at which the outcome grows old is not asked for: only that it does.
    while (asked === 1) await get('/health/ready');
    expect(asked).toBe(2);
  });

  it('does not wait for one that hangs', async () => {
    checks.add('database', () => new Promise(() => undefined));
    expect(await ready()).toMatchObject({ status: 503, detail: 'Not ready: database.' });
  });

  it('sees it when a dependency is back', async () => {
    let up = false;
    checks.add('database', async () => {
      if (!up) throw new Error('away');
    });
    expect(await ready()).toMatchObject({ status: 503 });
    up = true;
    while ((await app.get(Dependencies).ask()).status !== 'ok') await new Promise((resolve) => setImmediate(resolve));
    expect((await get('/health/ready')).statusCode).toBe(200);
  });

  it('is not ready from the moment draining begins, whatever the dependencies say', async () => {
    checks.add('database', async () => undefined);
    expect((await get('/health/ready')).statusCode).toBe(200);
    const drained = lifecycle.drain();
    expect(await ready()).toMatchObject({ code: 'draining', status: 503 });
    expect((await get('/health')).json()).toMatchObject({ status: 'draining' });
    expect((await get('/health/live')).statusCode).toBe(200);
    await drained;
  });
});
