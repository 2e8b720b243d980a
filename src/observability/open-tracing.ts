import { Logger } from '@nestjs/common';
import { openTracing, type Tracing } from '../../libs/tracing/index.js';
import type { Config } from '../config/config.js';
import { version } from '../config/version.js';

/** Tracing as it is configured; without a collector none of it is loaded. */
export function tracingOf(config: Config, instance: string): Promise<Tracing> {
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
