import { Global, Module, type OnApplicationShutdown } from '@nestjs/common';
import { Cache } from '../../libs/cache/index.js';
import { ModelRegistry } from '../../libs/models/index.js';
import { Config } from '../config/config.js';
import { configuredModels } from './configured-models.js';

/** The endpoints that answer, as configured. */
@Global()
@Module({
  providers: [
    {
      provide: ModelRegistry,
      inject: [Config, Cache],
      useFactory: async (config: Config, cache: Cache) => new ModelRegistry(await configuredModels(config, cache)),
    },
  ],
  exports: [ModelRegistry],
})
export class ModelsModule implements OnApplicationShutdown {
  constructor(private readonly registry: ModelRegistry) {}

  async onApplicationShutdown(): Promise<void> {
    await this.registry.close();
  }
}
