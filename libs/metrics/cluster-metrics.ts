import { type InstanceRegistry, TotalsReporter, InstancePoll, type Signals, type Totals } from '../cluster/index.js';
import { combineGauges, exposition } from './exposition.js';
import type { GaugeValues, Metrics } from './metrics.js';

/** Nobody who hangs delays a scrape for longer. */
const WAIT_MS = 1000;

/**
 * The metrics of all instances as those of one, whichever is asked.
 *
 * A scrape asks every instance at that moment. Each hands its counters and histograms in with `Totals`, and answers with
 * its gauges, about 1 kB. Then the totals are read. So what was shown once is kept where no instance's end can take it
 * away: no counter falls. Of one that does not answer in time, or is gone, the counters last handed in stand; its gauges
 * are left out.
 */
export class ClusterMetrics {
  private readonly reporter: TotalsReporter;
  private readonly call: InstancePoll<GaugeValues>;

  /** Answers other instances from now on. `instance` is this one's id in the registry. */
  constructor(
    private readonly metrics: Metrics,
    private readonly totals: Totals,
    signals: Signals,
    registry: InstanceRegistry,
    private readonly instance: string,
  ) {
    this.reporter = new TotalsReporter(totals, () => metrics.figures(), instance);
    this.call = new InstancePoll('metrics', instance, signals, registry, () => this.answer());
  }

  /** Prometheus' text for all. Rejects with `dependency_down`: better no scrape than one whose counters fell. */
  async all(): Promise<string> {
    const [{ answers }, gauges] = await Promise.all([this.call.ask(WAIT_MS), this.metrics.gauges('all')]);
    answers.delete(this.instance);
    const families = this.metrics.families();
    return exposition(families, await this.totals.sum(), combineGauges(families, [gauges, ...answers.values()]));
  }

  /** For this instance alone; needs no other and no backend. */
  async own(): Promise<string> {
    const [figures, gauges] = await Promise.all([this.metrics.figures(), this.metrics.gauges('all')]);
    return exposition(this.metrics.families(), figures, gauges);
  }

  /** Hands the last figures in: the process is about to end. */
  async leave(): Promise<void> {
    await this.reporter.close();
  }

  /** Answers no more; any number of times. */
  close(): void {
    this.call.close();
  }

  private async answer(): Promise<GaugeValues> {
    const [gauges] = await Promise.all([this.metrics.gauges('own'), this.reporter.report()]);
    return gauges;
  }
}
