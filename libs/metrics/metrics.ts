import { Counter, Histogram, Registry } from 'prom-client';
import { within } from '../async/index.js';
import type { Figures } from '../cluster/index.js';
import { type Aggregation, type Family, type Labels, scaleOf, seriesOf } from './family.js';
import { Recent } from './recent.js';

/** Something that is counted. */
export interface Counted<L extends string> {
  add(labels: Record<L, string | number>, amount?: number): void;
}

/** Something that is measured. */
export interface Measured<L extends string> {
  observe(labels: Record<L, string | number>, value: number): void;
  /** What was measured lately, all labels together. */
  readonly recent: Recent;
}

/** A gauge's value now, or one for each set of labels. */
export type Reading = number | Array<[Labels, number]>;

interface Gauge {
  family: Family;
  read(): Reading | Promise<Reading>;
}

/** Gauges of one instance at one moment, by series. */
export type GaugeValues = Record<string, number>;

/** A gauge that takes longer is left out: others wait for the answer. */
const GAUGE_MS = 700;

/**
 * What one instance counts and measures. Features and adapters declare here what they have; whoever shows it knows no
 * feature. Names and units as Prometheus and OpenTelemetry want them; labels with few values only: patterns of routes,
 * never ids.
 */
export class Metrics {
  private readonly registry = new Registry();
  private readonly known: Family[] = [];
  private readonly gauged: Gauge[] = [];

  /** A name that ends in `_total`. Throws where it is taken. */
  counter<L extends string = never>(name: string, help: string, labelNames: readonly L[] = []): Counted<L> {
    const counter = new Counter({ name, help, labelNames, registers: [this.registry] });
    this.known.push({ name, help, type: 'counter' });
    return { add: (labels, amount = 1) => counter.inc(labels as Partial<Record<L, string | number>>, amount) };
  }

  /** A counter that somebody else keeps: `read` gives a number that only grows. */
  total(name: string, help: string, read: () => number): void {
    const collect = () => {
      counter.reset();
      counter.inc(read());
    };
    const counter: Counter = new Counter({ name, help, registers: [this.registry], collect });
    this.known.push({ name, help, type: 'counter' });
  }

  /** `bounds`: upper ones of the buckets, ascending. */
  histogram<L extends string = never>(
    name: string,
    help: string,
    bounds: readonly number[],
    labelNames: readonly L[] = [],
  ): Measured<L> {
    const histogram = new Histogram({ name, help, labelNames, buckets: [...bounds], registers: [this.registry] });
    this.known.push({ name, help, type: 'histogram', bounds });
    const recent = new Recent();
    return {
      recent,
      observe: (labels, value) => {
        histogram.observe(labels as Partial<Record<L, string | number>>, value);
        recent.add(value);
      },
    };
  }

  /** `read` is called for each scrape. One that fails, or takes too long, is left out of that scrape. */
  gauge(name: string, help: string, aggregate: Aggregation, read: Gauge['read']): void {
    if (this.known.some((family) => family.name === name)) throw new Error(`There already is a metric ${name}.`);
    const family: Family = { name, help, type: 'gauge', aggregate };
    this.known.push(family);
    this.gauged.push({ family, read });
  }

  /** All that was declared, in that order. */
  families(): readonly Family[] {
    return this.known;
  }

  /**
   * Counters and histograms, in whole numbers: of a counter its value, of a histogram the count of each bucket by itself,
   * then the sum.
   */
  async figures(): Promise<Figures> {
    const figures: Figures = new Map();
    for (const family of this.known) {
      if (family.type === 'gauge') continue;
      const { values } = await this.registry.getSingleMetric(family.name)!.get();
      if (family.bounds) addHistogram(figures, family, values as HistogramValue[]);
      else for (const { labels, value } of values) addCounter(figures, family, labels as Labels, value);
    }
    return figures;
  }

  /** `own`: without those that all instances see alike. */
  async gauges(which: 'all' | 'own'): Promise<GaugeValues> {
    const values: GaugeValues = {};
    const wanted = this.gauged.filter(({ family }) => which === 'all' || family.aggregate !== 'first');
    const readings = await Promise.all(wanted.map((gauge) => inTime(gauge)));
    readings.forEach((reading, i) => {
      const { family } = wanted[i];
      const all: Array<[Labels, number]> = typeof reading === 'number' ? [[{}, reading]] : (reading ?? []);
      for (const [labels, value] of all) values[seriesOf(family, labels)] = value;
    });
    return values;
  }
}

/** prom-client's form: of each set of labels all buckets (cumulated, the last one +Inf), then sum and count. */
interface HistogramValue {
  labels: Labels;
  value: number;
}

function addCounter(figures: Figures, family: Family, labels: Labels, value: number): void {
  figures.set(seriesOf(family, labels), [Math.round(value * scaleOf(family))]);
}

function addHistogram(figures: Figures, family: Family, values: HistogramValue[]): void {
  const buckets = family.bounds!.length + 1;
  for (let i = 0; i < values.length; i += buckets + 2) {
    const counts = values.slice(i, i + buckets).map(({ value }, j) => value - (j ? values[i + j - 1].value : 0));
    const sum = Math.round(values[i + buckets].value * scaleOf(family));
    figures.set(seriesOf(family, values[i + buckets].labels), [...counts, sum]);
  }
}

async function inTime({ read }: Gauge): Promise<Reading | undefined> {
  const reading = Promise.resolve().then(read);
  return within(GAUGE_MS, reading, () => undefined).catch(() => undefined);
}
