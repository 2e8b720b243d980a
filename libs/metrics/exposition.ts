import { Registry } from 'prom-client';
import type { Figures } from '../cluster/index.js';
import { type Aggregation, type Family, familyKey, type Labels, readSeries, scaleOf } from './family.js';
import type { GaugeValues } from './metrics.js';

/** One line of the text. */
interface Sample {
  metricName?: string;
  labels: Labels;
  value: number;
}

export const CONTENT_TYPE: string = Registry.PROMETHEUS_CONTENT_TYPE;

/** Prometheus' text. What `families` does not name is left out: another build's. */
export async function exposition(families: readonly Family[], figures: Figures, gauges: GaugeValues): Promise<string> {
  const samples = new Map<string, Sample[]>(families.map((family) => [familyKey(family), []]));
  const byKey = new Map(families.map((family) => [familyKey(family), family]));
  for (const [series, numbers] of figures) {
    const { key, labels } = readSeries(series);
    const family = byKey.get(key);
    if (family) samples.get(key)!.push(...samplesOf(family, labels, numbers));
  }
  for (const [series, value] of Object.entries(gauges)) {
    const { key, labels } = readSeries(series);
    samples.get(key)?.push({ labels, value });
  }
  const registry = new Registry();
  for (const { name, help, type, ...rest } of families) {
    const values = samples.get(familyKey({ name, help, type, ...rest }))!;
    if (values.length === 0) continue;
    const metric = { name, help, type, get: async () => ({ name, help, type, values }) };
    registry.registerMetric(metric as unknown as Parameters<Registry['registerMetric']>[0]);
  }
  return registry.metrics();
}

function samplesOf(family: Family, labels: Labels, numbers: number[]): Sample[] {
  const { name, bounds } = family;
  const scale = scaleOf(family);
  if (!bounds) return [{ labels, value: numbers[0] / scale }];
  let count = 0;
  const buckets = [...bounds, '+Inf'].map((le, i) => {
    count += numbers[i];
    return { metricName: `${name}_bucket`, labels: { le, ...labels }, value: count };
  });
  const sum = numbers[bounds.length + 1] / scale;
  return [
    ...buckets,
    { metricName: `${name}_sum`, labels, value: sum },
    { metricName: `${name}_count`, labels, value: count },
  ];
}

const combine: Record<Aggregation, (a: number, b: number) => number> = {
  sum: (a, b) => a + b,
  max: Math.max,
  min: Math.min,
  first: (a) => a,
};

/** One set of gauges of those of several instances; the asking one's come first. */
export function combineGauges(families: readonly Family[], instances: GaugeValues[]): GaugeValues {
  const aggregates = new Map(families.map((family) => [familyKey(family), family.aggregate]));
  const combined: GaugeValues = {};
  for (const gauges of instances) {
    for (const [series, value] of Object.entries(gauges)) {
      const aggregate = aggregates.get(readSeries(series).key);
      if (!aggregate || !Number.isFinite(value)) continue;
      combined[series] = series in combined ? combine[aggregate](combined[series], value) : value;
    }
  }
  return combined;
}
