/** One reading for all who ask while it is under way, and for those who ask soon after. */
export class Recent<T> {
  private last: { until: number; value: Promise<T> } | undefined;

  /** `maxAgeMs`: how old a reading may be when it is handed out, counted from when it was begun. */
  constructor(
    private readonly read: () => Promise<T>,
    private readonly maxAgeMs: number,
  ) {}

  /** Rejects for all who share a reading that failed; the next who asks reads anew. */
  get(): Promise<T> {
    if (this.last && performance.now() < this.last.until) return this.last.value;
    const due = performance.now() + this.maxAgeMs;
    const reading = { until: Infinity, value: this.read() };
    this.last = reading;
    reading.value.then(
      () => (reading.until = due),
      () => (reading.until = 0),
    );
    return reading.value;
  }

  /** What is handed out from now on is read from now on. */
  forget(): void {
    this.last = undefined;
  }
}
