import {
  AlwaysOffSampler,
  AlwaysOnSampler,
  ParentBasedSampler,
  type Sampler,
  TraceIdRatioBasedSampler,
} from '@opentelemetry/sdk-trace';
import type { SamplerName } from './otlp-options.js';

/** With `parentbased_` who has a parent does as the parent did: a trace is whole, or it is not there. */
export function samplerOf(name: SamplerName, ratio: number): Sampler {
  const [, parentBased, kind] = /^(parentbased_)?(.+)$/.exec(name) as RegExpExecArray;
  const root = kind === 'traceidratio' ? new TraceIdRatioBasedSampler(ratio) : always(kind === 'always_on');
  return parentBased ? new ParentBasedSampler({ root }) : root;
}

function always(on: boolean): Sampler {
  return on ? new AlwaysOnSampler() : new AlwaysOffSampler();
}
