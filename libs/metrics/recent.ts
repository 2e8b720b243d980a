/** Half of the values are below `p50`, all but a twentieth below `p95`; both null where there are none. */
export interface Quantiles {
  count: number;
  p50: number | null;
  p95: number | null;
}

const SIZE = 1024;
const LIFE_MS = 60_000;

/** The values of the last minute, of very many only the last 1,024. For people who look; Prometheus has the histograms. */
export class Recent {
  private readonly values = new Float64Array(SIZE);
  private readonly times = new Float64Array(SIZE);
  private count = 0;

  /** `now`: a clock in ms that only goes forward. */
  constructor(private readonly now = () => performance.now()) {}

  add(value: number): void {
    const i = this.count++ % SIZE;
    this.values[i] = value;
    this.times[i] = this.now();
  }

  quantiles(): Quantiles {
    const since = this.now() - LIFE_MS;
    const kept = this.values.subarray(0, Math.min(SIZE, this.count)).filter((_, i) => this.times[i] > since);
    return quantilesOf(kept);
  }
}

export function quantilesOf(values: Float64Array): Quantiles {
  const sorted = values.slice().sort();
  // Nearest rank.
  const at = (share: number) => (sorted.length > 0 ? sorted[Math.ceil(share * sorted.length) - 1] : null);
  return { count: sorted.length, p50: at(0.5), p95: at(0.95) };
}
