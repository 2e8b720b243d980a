import { Module } from '@nestjs/common';
import { TerminusModule } from '@nestjs/terminus';
import { Clients } from '../clients/clients.service.js';
import { ClientsModule } from '../clients/clients.module.js';
import type { Config } from '../config/config.js';
import { perConfig } from '../config/per-config.js';
import { usesMongo, usesRedis, usesSqlite } from '../config/placement.js';
import { LifecycleModule } from '../lifecycle/lifecycle.module.js';
import { ObservabilityModule } from '../observability/observability.module.js';
import { Dependencies } from './dependencies.service.js';
import { HealthChecks } from './health-checks.js';
import { HealthController } from './health.controller.js';

/** What is really asked, by name, and where: what the adapters in use are made of. With everything in memory it is none. */
const checks = {
  sqlite: { where: usesSqlite, ask: async (clients: Clients) => clients.sqlite().ping() },
  redis: { where: usesRedis, ask: async (clients: Clients) => (await clients.redis()).ping() },
  mongo: { where: usesMongo, ask: async (clients: Clients) => (await clients.mongo()).ping() },
  s3: { where: ({ FILES }: Config) => FILES === 's3', ask: async (clients: Clients) => (await clients.s3()).ping() },
  'mongo-users': {
    where: (config: Config) => config.STORE === 'mongo' && config.MONGO_USERS_URI !== undefined,
    ask: async (clients: Clients) => (await clients.mongoUsers()).ping(),
  },
};

function checksOf(config: Config, clients: Clients): HealthChecks {
  const used = Object.entries(checks).filter(([, { where }]) => where(config));
  return new HealthChecks(used.map(([name, { ask }]) => [name, () => ask(clients)]));
}

/** Probes. */
@Module({})
export class HealthModule {
  static readonly forRoot = perConfig((config) => ({
    module: HealthModule,
    imports: [
      LifecycleModule,
      ObservabilityModule,
      ClientsModule,
      // Our own log says when something fails and when it is back, not at each probe.
      TerminusModule.forRoot({ logger: false }),
    ],
    controllers: [HealthController],
    providers: [
      { provide: HealthChecks, inject: [Clients], useFactory: (clients: Clients) => checksOf(config, clients) },
      Dependencies,
    ],
    exports: [Dependencies],
  }));
}
