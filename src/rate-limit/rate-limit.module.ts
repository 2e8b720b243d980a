import { Module } from '@nestjs/common';
import { APP_GUARD } from '@nestjs/core';
import { ThrottlerModule } from '@nestjs/throttler';
import { adapter, type Adapters } from '../clients/adapter.js';
import { ClientsModule } from '../clients/clients.module.js';
import { perConfig } from '../config/per-config.js';
import { ObservabilityModule } from '../observability/observability.module.js';
import { ApiGuard } from './api.guard.js';
import { CALL_LEASE_LIFE_MS, CallLeases, HitCounter, Leases } from './index.js';
import { policiesOf } from './policies.js';
import { RateLimits } from './rate-limits.service.js';

const counters = {
  memory: async () => new (await import('./counter/memory/hit-counter.js')).MemoryHitCounter(),
  redis: async (clients) => new (await import('./counter/redis/hit-counter.js')).RedisHitCounter(await clients.redis()),
} satisfies Adapters<HitCounter, 'RATE_LIMIT'>;

const leases = {
  memory: async () => new (await import('./leases/memory/leases.js')).MemoryLeases(),
  redis: async (clients) => new (await import('./leases/redis/leases.js')).RedisLeases(await clients.redis()),
} satisfies Adapters<Leases, 'RATE_LIMIT'>;

const callLeases = {
  memory: async () => new (await import('./leases/memory/leases.js')).MemoryLeases(CALL_LEASE_LIFE_MS),
  redis: async (clients) =>
    new (await import('./leases/redis/leases.js')).RedisLeases(
      await clients.redis(),
      CALL_LEASE_LIFE_MS,
      'call-leases',
    ),
} satisfies Adapters<CallLeases, 'RATE_LIMIT'>;

/** What is counted and who has a place, by itself: the throttler needs it too. */
@Module({})
class CountersModule {
  static readonly forRoot = perConfig((config) => ({
    module: CountersModule,
    imports: [ClientsModule],
    providers: [
      adapter(HitCounter, counters[config.RATE_LIMIT]),
      adapter(Leases, leases[config.RATE_LIMIT]),
      adapter(CallLeases, callLeases[config.RATE_LIMIT]),
    ],
    exports: [HitCounter, Leases, CallLeases],
  }));
}

/**
 * Import it before the module of the AuthGuard: guards run in the order of their modules, and a call without a session
 * counts too.
 */
@Module({})
export class RateLimitModule {
  static readonly forRoot = perConfig((config) => ({
    module: RateLimitModule,
    imports: [
      ObservabilityModule,
      CountersModule.forRoot(config),
      ThrottlerModule.forRootAsync({
        imports: [CountersModule.forRoot(config)],
        inject: [HitCounter],
        useFactory: (storage: HitCounter) => {
          const { max, windowMs } = policiesOf(config).api;
          return { storage, throttlers: [{ name: 'api', limit: max, ttl: windowMs }] };
        },
      }),
    ],
    providers: [RateLimits, { provide: APP_GUARD, useClass: ApiGuard }],
    exports: [CountersModule, RateLimits],
  }));
}
