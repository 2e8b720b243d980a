import { Module, type ModuleMetadata } from '@nestjs/common';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { Test } from '@nestjs/testing';
import type { FastifyInstance } from 'fastify';
import type { InjectOptions } from 'light-my-request';
import { type Signal, Signals } from '../../libs/cluster/index.js';
import { HitCounter, type WindowState } from '../rate-limit/index.js';
import type { Config } from '../config/config.js';
import { ConfigModule } from '../config/config.module.js';
import { testConfig } from '../config/config.testing.js';
import { ProblemFilter } from '../http/problem.filter.js';
import { createAdapter, prepareServer } from '../http/server.js';
import { validationPipe } from '../http/validation.pipe.js';
import { RateLimits } from '../rate-limit/rate-limits.service.js';
import { registerAuthHook } from './api/auth.hook.js';
import { AuthModule } from './auth.module.js';
import { Authenticator } from './accounts/authenticator.service.js';
import { KeyAuthentication } from './accounts/key-authentication.service.js';
import { ApiKeyStore } from './keys/api-key-store.js';
import { MemoryApiKeyStore } from './keys/memory/api-key-store.js';
import { SessionStore } from './sessions/session-store.js';
import { MemorySessionStore } from './sessions/memory/session-store.js';
import { UserStore } from './users/user-store.js';
import { MemoryUserStore } from './users/memory/user-store.js';

/** Keeps what was sent; nobody hears it. */
export class RecordedSignals extends Signals {
  readonly sent: Array<Signal & { topic: string }> = [];

  async publish(topic: string, signal: Signal): Promise<void> {
    this.sent.push({ topic, ...signal });
  }

  subscribe(): () => void {
    return () => {};
  }

  async close(): Promise<void> {}

  /** The sessions that were announced as ended. */
  get revoked(): unknown[] {
    return this.sent.filter(({ topic }) => topic === 'session.revoked').map(({ sessionId }) => sessionId);
  }
}

/** Windows that never end. */
export class CountedHits extends HitCounter {
  readonly counts = new Map<string, number>();

  async hit(key: string, windowMs: number, amount = 1): Promise<WindowState> {
    const hits = Math.max(0, (this.counts.get(key) ?? 0) + amount);
    this.counts.set(key, hits);
    return { hits, resetMs: windowMs };
  }

  async peek(key: string): Promise<WindowState> {
    return { hits: this.counts.get(key) ?? 0, resetMs: 60_000 };
  }

  async close(): Promise<void> {}
}

/** What a call is answered with; `body` is read where it is JSON. */
export interface Answer {
  status: number;
  body: any;
  headers: Record<string, any>;
  /** The value of the refresh cookie that was set; empty where it was cleared. */
  cookie: string | undefined;
}

/** The feature behind the product's HTTP side, with everything in memory. */
export async function startAuth(
  env: Record<string, string> = {},
  more: (config: Config) => ModuleMetadata = () => ({}),
) {
  const config = testConfig(env);
  const stores = { users: new MemoryUserStore(), sessions: new MemorySessionStore(), keys: new MemoryApiKeyStore() };
  const [hits, signals] = [new CountedHits(), new RecordedSignals()];
  const { imports = [], ...rest } = more(config);

  @Module({ ...rest, imports: [ConfigModule.forRoot(config), AuthModule.forRoot(config), ...imports] })
  class App {}

  const module = await Test.createTestingModule({ imports: [App] })
    .overrideProvider(UserStore)
    .useValue(stores.users)
    .overrideProvider(SessionStore)
    .useValue(stores.sessions)
    .overrideProvider(ApiKeyStore)
    .useValue(stores.keys)
    .overrideProvider(HitCounter)
    .useValue(hits)
    .overrideProvider(Signals)
    .useValue(signals)
    .compile();
  const adapter = createAdapter(config);
  const app = module.createNestApplication<NestFastifyApplication>(adapter, { logger: false, bodyParser: false });
  const fastify = adapter.getInstance() as unknown as FastifyInstance;
  await prepareServer(fastify, config, { draining: false });
  const whoAsks = { authenticator: app.get(Authenticator), keys: app.get(KeyAuthentication) };
  registerAuthHook(fastify, whoAsks, app.get(RateLimits), config);
  app.useGlobalPipes(validationPipe);
  app.useGlobalFilters(new ProblemFilter());
  await app.init();
  await fastify.ready();

  const call = async (
    method: 'GET' | 'POST' | 'PATCH' | 'DELETE',
    url: string,
    options: { body?: unknown; token?: string; cookie?: string } & Pick<
      InjectOptions,
      'headers' | 'remoteAddress'
    > = {},
  ): Promise<Answer> => {
    const { body, token, cookie, ...rest } = options;
    const response = await fastify.inject({
      method,
      url,
      ...rest,
      ...(body !== undefined && { payload: body as object }),
      headers: {
        ...rest.headers,
        ...(token !== undefined && { authorization: `Bearer ${token}` }),
        ...(cookie !== undefined && { cookie: `parley_refresh=${cookie}` }),
      },
    });
    const set = response.cookies.find(({ name }) => name === 'parley_refresh');
    const isJson = String(response.headers['content-type']).includes('json');
    return {
      status: response.statusCode,
      body: isJson ? response.json() : response.body,
      headers: response.headers,
      cookie: set?.value,
    };
  };

  /** A registered account, logged in. */
  const signUp = async (email = 'ada@example.org', password = 'correct horse battery') => {
    await call('POST', '/api/auth/register', { body: { name: 'Ada', email, password } });
    const { body, cookie } = await call('POST', '/api/auth/login', { body: { email, password } });
    return { token: body.token as string, cookie: cookie!, user: body.user, email, password };
  };

  return { app, fastify, config, ...stores, hits, signals, call, signUp, close: () => app.close() };
}
