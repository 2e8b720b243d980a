import { createHash } from 'node:crypto';

/** How the values that several instances give for a gauge become one. `first`: they all see the same, so one is enough. */
export type Aggregation = 'sum' | 'max' | 'min' | 'first';

export type Labels = Record<string, string | number>;

/** All series of one name. */
export interface Family {
  name: string;
  help: string;
  type: 'counter' | 'gauge' | 'histogram';
  /** Of a gauge. Counters and histograms are sums. */
  aggregate?: Aggregation;
  /** Upper bounds of a histogram's buckets, without +Inf. */
  bounds?: readonly number[];
}

/** Seconds are kept as whole units of 10 µs: sums of whole numbers are exact, see `Totals`. */
const PER_SECOND = 100_000;

/** How a family's values are multiplied to be kept. Prometheus names end with the unit. */
export function scaleOf({ name }: Pick<Family, 'name'>): number {
  return /_seconds(_total)?$/.test(name) ? PER_SECOND : 1;
}

/**
 * The name of a series among `Figures`: of a histogram with its buckets' hash, so that those of another build, with other
 * buckets, are not added to ours.
 */
export function seriesOf({ name, bounds }: Family, labels: Labels): string {
  return `${name}${bounds ? `/${hashOf(bounds)}` : ''}${JSON.stringify(labels)}`;
}

/** Family (as `familyKey` gives it) and labels of a series. */
export function readSeries(series: string): { key: string; labels: Labels } {
  const start = series.indexOf('{');
  return { key: series.slice(0, start), labels: JSON.parse(series.slice(start)) as Labels };
}

export function familyKey(family: Family): string {
  return seriesOf(family, {}).slice(0, -2);
}

const hashes = new WeakMap<readonly number[], string>();

function hashOf(bounds: readonly number[]): string {
  let hash = hashes.get(bounds);
  if (hash === undefined) {
    hash = createHash('sha1').update(bounds.join()).digest('hex').slice(0, 6);
    hashes.set(bounds, hash);
  }
  return hash;
}
