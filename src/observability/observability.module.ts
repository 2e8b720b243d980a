import { Module, type OnApplicationShutdown } from '@nestjs/common';
import { Metrics } from '../../libs/metrics/index.js';
import { Tracing } from '../../libs/tracing/index.js';
import { Config } from '../config/config.js';
import { Lifecycle } from '../lifecycle/lifecycle.service.js';
import { LifecycleModule } from '../lifecycle/lifecycle.module.js';
import { tracingOf } from './open-tracing.js';

/**
 * Where everything declares what it counts, and begins its spans. Tracing swaps between OpenTelemetry, where
 * OTEL_EXPORTER_OTLP_ENDPOINT names a collector, and one that does nothing. `metrics` shows what was counted.
 */
@Module({
  imports: [LifecycleModule],
  providers: [
    Metrics,
    {
      provide: Tracing,
      inject: [Config, Lifecycle],
      useFactory: (config: Config, { instance }: Lifecycle) => tracingOf(config, instance),
    },
  ],
  exports: [Metrics, Tracing],
})
export class ObservabilityModule implements OnApplicationShutdown {
  constructor(private readonly tracing: Tracing) {}

  onApplicationShutdown(): Promise<void> {
    return this.tracing.close();
  }
}
