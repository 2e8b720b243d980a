import { Logger, Module, type OnApplicationShutdown } from '@nestjs/common';
import { Metrics } from '../../libs/metrics/index.js';
import { openTracing, Tracing } from '../../libs/tracing/index.js';
import { Config } from '../config/config.js';
import { version } from '../config/version.js';
import { Lifecycle } from '../lifecycle/lifecycle.service.js';
import { LifecycleModule } from '../lifecycle/lifecycle.module.js';

/** Tracing as it is configured. */
function tracingOf(config: Config, instance: string): Promise<Tracing> {
  const log = new Logger('Tracing');
  return openTracing({
    endpoint: config.OTEL_EXPORTER_OTLP_ENDPOINT,
    headers: config.OTEL_EXPORTER_OTLP_HEADERS,
    sampler: config.OTEL_TRACES_SAMPLER,
    ratio: config.OTEL_TRACES_SAMPLER_ARG,
    resource: {
      'service.name': config.OTEL_SERVICE_NAME,
      'service.version': version(),
      'service.instance.id': instance,
      'process.pid': process.pid,
    },
    warn: (message) => log.warn(message),
  });
}

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
