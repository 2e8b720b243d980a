export * from './tracing.js';
export { openTracing } from './open-tracing.js';
export type { OtlpOptions } from './otlp-options.js';
