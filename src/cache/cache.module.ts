import { Module } from '@nestjs/common';
import { Cache } from '../../libs/cache/index.js';
import { adapter, type Adapters } from '../clients/adapter.js';
import { ClientsModule } from '../clients/clients.module.js';
import { perConfig } from '../config/per-config.js';

/** The models of a command have one of their own. */
export const caches = {
  memory: async () => (await import('../../libs/cache/memory/cache.js')).memoryCache(),
  redis: async (clients) => (await import('../../libs/cache/redis/cache.js')).redisCache(await clients.redis()),
} satisfies Adapters<Cache, 'CACHE'>;

/** What is dear to ask and safe to lose. */
@Module({})
export class CacheModule {
  static readonly forRoot = perConfig((config) => ({
    module: CacheModule,
    imports: [ClientsModule],
    providers: [adapter(Cache, caches[config.CACHE])],
    exports: [Cache],
  }));
}
