import type { OtlpOptions } from './otlp-options.js';
import { NoTracing, type Tracing } from './tracing.js';

/** OpenTelemetry's packages are loaded here and nowhere else, and only where somebody collects. */
export async function openTracing({ endpoint, ...options }: OtlpOptions): Promise<Tracing> {
  if (endpoint === undefined) return new NoTracing();
  const { OtlpTracing } = await import('./otlp-tracing.js');
  return new OtlpTracing({ endpoint, ...options });
}
