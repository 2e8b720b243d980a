import { Module } from '@nestjs/common';
import { CACHE_MANAGER, CacheModule as CacheManagerModule } from '@nestjs/cache-manager';
import type { Keyv } from 'keyv';
import { Cache, DEFAULT_TTL_MS, withCopies } from '../../libs/cache/index.js';
import type { Adapters } from '../clients/adapter.js';
import { Clients } from '../clients/clients.service.js';
import { ClientsModule } from '../clients/clients.module.js';
import { perConfig } from '../config/per-config.js';

/** The models of a command have one of their own. */
export const cacheStores = {
  memory: async () => (await import('../../libs/cache/memory/store.js')).memoryStore(),
  redis: async (clients) => (await import('../../libs/cache/redis/store.js')).redisStore(await clients.redis()),
} satisfies Adapters<Keyv, 'CACHE'>;

/** What is dear to ask and safe to lose. */
@Module({})
export class CacheModule {
  static readonly forRoot = perConfig((config) => ({
    module: CacheModule,
    imports: [
      CacheManagerModule.registerAsync({
        imports: [ClientsModule],
        inject: [Clients],
        useFactory: async (clients: Clients) => ({
          stores: await cacheStores[config.CACHE](clients),
          ttl: DEFAULT_TTL_MS,
        }),
      }),
    ],
    providers: [{ provide: Cache, inject: [CACHE_MANAGER], useFactory: withCopies }],
    exports: [Cache],
  }));
}
