import { Module, type OnApplicationShutdown } from '@nestjs/common';
import { Cache } from '../../libs/cache/index.js';
import { ModelRegistry } from '../../libs/models/index.js';
import { CacheModule } from '../cache/cache.module.js';
import { perConfig } from '../config/per-config.js';
import { configuredModels } from './configured-models.js';

/** The endpoints that answer, as configured. */
@Module({})
export class ModelsModule implements OnApplicationShutdown {
  static readonly forRoot = perConfig((config) => ({
    module: ModelsModule,
    imports: [CacheModule.forRoot(config)],
    providers: [
      {
        provide: ModelRegistry,
        inject: [Cache],
        useFactory: async (cache: Cache) => new ModelRegistry(await configuredModels(config, cache)),
      },
    ],
    exports: [ModelRegistry],
  }));

  constructor(private readonly registry: ModelRegistry) {}

  async onApplicationShutdown(): Promise<void> {
    await this.registry.close();
  }
}
