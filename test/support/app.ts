import type { AddressInfo } from 'node:net';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { createApp } from '../../src/app.js';
import { testConfig } from '../../src/config/config.testing.js';
import { Lifecycle } from '../../src/lifecycle/lifecycle.service.js';
import { Person } from './person.js';

/** The whole product in this process, behind a real port. */
export class TestApp {
  private constructor(
    readonly app: NestFastifyApplication,
    readonly url: string,
  ) {}

  /** With everything in memory unless `env` says otherwise. `prepare` is called before it begins to work. */
  static async start(env: Record<string, string> = {}, prepare?: (app: TestApp) => void): Promise<TestApp> {
    const app = await createApp(testConfig({ SHUTDOWN_GRACE_SECONDS: '0', ...env }));
    prepare?.(new TestApp(app, ''));
    await app.get(Lifecycle).serve();
    await app.listen(0, '127.0.0.1');
    return new TestApp(app, `http://127.0.0.1:${(app.getHttpServer().address() as AddressInfo).port}`);
  }

  /** A new account, logged in. */
  person(name?: string): Promise<Person> {
    return Person.join(this.url, name);
  }

  /** What the application holds under this class. */
  get<T>(token: abstract new (...args: any[]) => T): T {
    return this.app.get(token as new (...args: any[]) => T, { strict: false });
  }

  async stop(): Promise<void> {
    this.app.getHttpServer().closeAllConnections();
    await this.app.close();
  }
}
