// How often which value came, in buckets 1 % wide: a million values take no more room than a hundred.
const LEAST = 0.001;
const STEP = Math.log(1.01);

export class Histogram {
  count = 0;
  sum = 0;
  max = 0;
  #buckets = new Map();

  add(value, times = 1) {
    const bucket = value <= LEAST ? 0 : Math.ceil(Math.log(value / LEAST) / STEP);
    this.#buckets.set(bucket, (this.#buckets.get(bucket) ?? 0) + times);
    this.count += times;
    this.sum += value * times;
    if (value > this.max) this.max = value;
  }

  get mean() {
    return this.count === 0 ? NaN : this.sum / this.count;
  }

  quantile(q) {
    return this.quantiles([q])[0];
  }

  /** For ascending `qs`. Each right within 1 %, the last never above the maximum. */
  quantiles(qs) {
    const sorted = [...this.#buckets].sort(([a], [b]) => a - b);
    const found = [];
    let seen = 0;
    let i = -1;
    for (const q of qs) {
      const wanted = Math.max(1, Math.ceil(q * this.count));
      while (seen < wanted && i < sorted.length - 1) seen += sorted[++i][1];
      found.push(i < 0 ? NaN : Math.min(this.max, LEAST * Math.exp(sorted[i][0] * STEP)));
    }
    return found;
  }

  toJSON() {
    return { count: this.count, sum: this.sum, max: this.max, buckets: [...this.#buckets] };
  }

  static from({ count, sum, max, buckets }) {
    const histogram = new Histogram();
    Object.assign(histogram, { count, sum, max });
    for (const [bucket, times] of buckets) histogram.#buckets.set(bucket, times);
    return histogram;
  }
}
