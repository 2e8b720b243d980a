/** The names are those of the variables OTEL_TRACES_SAMPLER, after `parentbased_` or without it. */
export type SamplerName =
  | 'always_on'
  | 'always_off'
  | 'traceidratio'
  | 'parentbased_always_on'
  | 'parentbased_always_off'
  | 'parentbased_traceidratio';

export interface OtlpOptions {
  /** Of the collector, without `/v1/traces`. Undefined: nothing is traced, and nothing is loaded for it. */
  endpoint: string | undefined;
  headers: Record<string, string>;
  sampler: SamplerName;
  /** For the samplers that take a share of the traces. */
  ratio: number;
  /** What the spans are of: `service.name` and the like. */
  resource: Record<string, string | number>;
  /** Is told when spans can't be delivered, and when they can again: once each. */
  warn(message: string): void;
}
