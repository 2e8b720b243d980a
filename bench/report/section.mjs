// What one scenario found on one backend: figures, each with its ground truth where it has one, failures, and charts.
import { Histogram } from '../load/histogram.mjs';

export function median(values) {
  const sorted = values.filter(Number.isFinite).sort((a, b) => a - b);
  if (sorted.length === 0) return NaN;
  const middle = sorted.length >> 1;
  return sorted.length % 2 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}

const rounded = (n) => (Number.isFinite(n) ? Number(n.toPrecision(4)) : null);

/** Up to 99.9 %, closer together at the end. */
const QUANTILES = [0, 0.1, 0.25, 0.5, 0.75, 0.9, 0.95, 0.97, 0.98, 0.99, 0.995, 0.999];

export class Section {
  figures = [];
  failures = {};
  charts = [];
  profiles = [];
  costs = [];
  /** Answers, calls and log-ins that were checked. */
  checked = 0;

  constructor({ name, about, lifts, settings = {} }, backend) {
    Object.assign(this, { scenario: name, about, backend, lifts, settings });
  }

  /** Counts the failures of these measurements of ours, keeps what all processes cost. */
  add(label, { ours, truth = [], truthName }) {
    for (const { failures, counts, facts, profile } of ours) {
      this.#addFailures(failures);
      this.checked += counts.calls ?? counts.logins ?? facts.wholeAnswers ?? facts.added ?? 0;
      if (!facts.wholeAnswers) this.checked += counts.turns ?? 0;
      if (profile) this.profiles.push({ label, ...profile });
    }
    for (const { failures } of truth) {
      for (const [reason, n] of Object.entries(failures)) this.#addFailures({ [`(${truthName}) ${reason}`]: n });
    }
    const cores = (one, name) => rounded(one.cpu[name] / 1000 / one.took);
    const cost = ours[0];
    const names = Object.keys(cost.cpu).filter((name) => cost.cpu[name] > 0);
    this.costs.push({
      label,
      cores: Object.fromEntries(names.map((name) => [name, cores(cost, name)])),
      generatorLagP99Ms: rounded(cost.lagP99),
    });
  }

  #addFailures(failures) {
    for (const [reason, n] of Object.entries(failures)) this.failures[reason] = (this.failures[reason] ?? 0) + n;
  }

  get failed() {
    return Object.entries(this.failures).reduce((sum, [reason, n]) => sum + (reason.startsWith('(') ? 0 : n), 0);
  }

  /** `pick` takes the figure from one measurement; the median of all runs counts. `better`: less or more. */
  figure({ id, label, unit, better = 'less' }, { ours, truth, truthName }, pick) {
    const values = ours.map(pick).map(rounded);
    const figure = { id, label, unit, better, median: rounded(median(values)), runs: values };
    if (truth?.length) {
      const theirs = truth.map(pick).map(rounded);
      figure.truth = { name: truthName, median: rounded(median(theirs)), runs: theirs };
      figure.ratio = rounded(figure.median / figure.truth.median);
    }
    this.figures.push(figure);
    return figure;
  }

  /** How many of `name` took how long, up to 99.9 %, ours and the truth's. */
  latencyChart(title, time, { ours, truth = [], truthName }) {
    const curve = (name, runs) => {
      const all = runs.map(({ times }) => times[time]).filter(Boolean);
      if (all.length === 0) return undefined;
      const merged = all.reduce((sum, one) => merge(sum, one), new Histogram());
      const values = merged.quantiles(QUANTILES);
      return { name, points: QUANTILES.map((q, i) => [q, rounded(values[i])]) };
    };
    const series = [curve('Parley', ours), curve(truthName, truth)].filter(Boolean);
    this.charts.push({ kind: 'quantiles', title, x: 'share of all', y: 'ms', series });
  }

  /** Throughput, processor, memory and lag of the first run, second by second. */
  timeCharts(title, { ours, truth = [], truthName }, count) {
    const over = (pick) => (one) =>
      one.samples.filter((s) => pick(s) !== undefined).map((s) => [s.second, rounded(pick(s))]);
    const through = (one) =>
      (one.seconds[count] ?? []).slice(0, Math.floor(one.took)).map((n, second) => [second, n ?? 0]);
    const chart = (what, y, points) => {
      const series = [
        ['Parley', ours[0]],
        [truthName, truth[0]],
      ]
        .filter(([, one]) => one)
        .map(([name, one]) => ({ name, points: points(one) }))
        .filter((one) => one.points.length > 1);
      if (series.length > 0) this.charts.push({ kind: 'lines', title: `${title}: ${what}`, x: 's', y, series });
    };
    chart(`${count} a second`, '1/s', through);
    chart(
      'memory of the server',
      'MB',
      over((s) => s.memoryMb),
    );
    chart(
      'processor of the server',
      'cores',
      over((s) => s.cores),
    );
    chart(
      'event-loop lag, p99',
      'ms',
      over((s) => s.lagMs),
    );
  }

  lineChart(title, { x, y, logX }, series) {
    this.charts.push({ kind: 'lines', title, x, y, logX, series });
  }

  toJSON() {
    const { scenario, backend, about, lifts, settings, figures, checked, failures, failed, costs, charts, profiles } =
      this;
    return { scenario, backend, about, lifts, settings, figures, checked, failures, failed, costs, charts, profiles };
  }
}

function merge(sum, one) {
  const { count, sum: total, max, buckets } = one.toJSON();
  const all = new Map(sum.toJSON().buckets);
  for (const [bucket, times] of buckets) all.set(bucket, (all.get(bucket) ?? 0) + times);
  return Histogram.from({
    count: sum.count + count,
    sum: sum.sum + total,
    max: Math.max(sum.max, max),
    buckets: [...all],
  });
}
