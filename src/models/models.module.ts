import { Module, type OnApplicationShutdown } from '@nestjs/common';
import { Cache } from '../../libs/cache/index.js';
import { ModelRegistry } from '../../libs/models/index.js';
import { CacheModule } from '../cache/cache.module.js';
import { perConfig } from '../config/per-config.js';
import { ObservabilityModule } from '../observability/observability.module.js';
import { configuredFallbacks, configuredModels } from './configured-models.js';
import { DeploymentCalls } from './deployment-calls.service.js';

/** The endpoints that answer, as configured. */
@Module({})
export class ModelsModule implements OnApplicationShutdown {
  static readonly forRoot = perConfig((config) => ({
    module: ModelsModule,
    imports: [CacheModule.forRoot(config), ObservabilityModule],
    providers: [
      DeploymentCalls,
      {
        provide: ModelRegistry,
        inject: [Cache, DeploymentCalls],
        useFactory: async (cache: Cache, { note }: DeploymentCalls) =>
          new ModelRegistry(await configuredModels(config, cache, note), configuredFallbacks(config)),
      },
    ],
    exports: [ModelRegistry],
  }));

  constructor(private readonly registry: ModelRegistry) {}

  async onApplicationShutdown(): Promise<void> {
    await this.registry.close();
  }
}
