/** The first rest; doubled with each failure that follows another. */
const FIRST_MS = 10_000;
const LONGEST_MS = 120_000;
/** A provider's Retry-After is kept up to this, and at least so long: who says “at once” while it fails does not mean it. */
const LONGEST_ASKED_MS = 600_000;
const LEAST_MS = 1000;

/**
 * How long a server that failed is left alone. In the memory of this process: each finds out by itself, and knows nothing
 * after a restart.
 */
export class CoolDown {
  private failures = 0;
  /** When it failed last, and until when it rests: `performance.now()`. */
  private since = -Infinity;
  private until = 0;

  /** How long it still rests, ms; 0: it is healthy, as far as is known. */
  get leftMs(): number {
    return Math.max(0, this.until - performance.now());
  }

  /** It answered a call that was sent then. What was sent before it failed says nothing of now. */
  worked(sentAt: number): void {
    if (sentAt < this.since) return;
    this.failures = 0;
    this.until = 0;
  }

  /**
   * A call that was sent then failed: from now on it rests as long as it asks for, else longer each time. Of many calls that
   * fail together the first counts. Gives back how long it rests, ms.
   */
  failed(sentAt: number, retryAfterMs?: number): number {
    const now = performance.now();
    const isNews = sentAt >= this.since;
    if (isNews) {
      this.failures++;
      this.since = now;
    }
    const own = isNews ? Math.min(LONGEST_MS, FIRST_MS * 2 ** (this.failures - 1)) : 0;
    const rest = retryAfterMs === undefined ? own : Math.max(LEAST_MS, Math.min(LONGEST_ASKED_MS, retryAfterMs));
    this.until = Math.max(this.until, now + rest);
    return this.until - now;
  }
}
