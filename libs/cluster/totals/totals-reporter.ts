import { randomUUID } from 'node:crypto';
import type { Figures, Totals } from './totals.js';

/**
 * One instance's side of `Totals`: hands its figures in, one time after the other. Many who ask while a time is under way
 * share the next one, which reads the figures after they asked.
 *
 * An instance that was taken for gone, and was not (a machine that slept), goes on under another name with what it counted
 * since: what it handed in before is in the sum already.
 */
export class TotalsReporter {
  private name: string;
  private seq = 0;
  /** What stands in the sum under former names. */
  private base: Figures = new Map();
  /** What was handed in last, under the present name. */
  private handed: Figures = new Map();
  private present: Promise<void> | undefined;
  private next: Promise<void> | undefined;

  constructor(
    private readonly totals: Totals,
    private readonly read: () => Promise<Figures>,
    instance: string = randomUUID(),
  ) {
    this.name = instance;
  }

  /** Resolves when all figures of this moment are in. Rejects with `dependency_down`. */
  report(): Promise<void> {
    if (!this.present) return this.start(false);
    return (this.next ??= this.present.catch(() => undefined).then(() => this.start(false)));
  }

  /** For the last time, unless the process counts on. */
  async close(): Promise<void> {
    while (this.present) await this.present.catch(() => undefined);
    await this.start(true);
  }

  private start(last: boolean): Promise<void> {
    this.next = undefined;
    const mine = this.put(last).finally(() => {
      if (this.present === mine) this.present = undefined;
    });
    return (this.present = mine);
  }

  private async put(last: boolean): Promise<void> {
    const all = await this.read();
    const put = () => {
      const own = without(all, this.base);
      return last ? this.totals.putLast(this.name, ++this.seq, own) : this.totals.put(this.name, ++this.seq, own);
    };
    if (!(await put())) {
      this.base = this.handed;
      this.name = randomUUID();
      await put();
    }
    this.handed = all;
  }
}

/** Series that have not grown stay in it, at 0. */
function without(figures: Figures, base: Figures): Figures {
  if (base.size === 0) return figures;
  return new Map(
    [...figures].map(([series, numbers]) => [series, numbers.map((n, i) => n - (base.get(series)?.[i] ?? 0))]),
  );
}
