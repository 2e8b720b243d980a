import { elapsedMs, every, type Ticker } from '../../../../libs/async/index.js';
import { type Lease, LEASE_LIFE_MS, Leases } from '../leases.js';

const SWEEP_MS = 60_000;

/** Limit: places of one process, free when it ends. */
export class MemoryLeases extends Leases {
  /** Of each holder: when each place was last taken: `elapsedMs()`. */
  private readonly holders = new Map<string, Map<string, number>>();
  private readonly ticker: Ticker;

  /** `lifeMs`: when a lease that nobody renews ends. */
  constructor(private readonly lifeMs = LEASE_LIFE_MS) {
    super();
    this.ticker = every(SWEEP_MS, () => this.sweep());
  }

  async take(holder: string, id: string, limit: number): Promise<boolean> {
    const places = this.placesOf(holder);
    if (!places.has(id) && places.size >= limit) return false;
    places.set(id, elapsedMs());
    this.holders.set(holder, places);
    return true;
  }

  async renew(holder: string, id: string): Promise<void> {
    const places = this.placesOf(holder);
    if (places.has(id)) places.set(id, elapsedMs());
  }

  async free(holder: string, id: string): Promise<void> {
    this.placesOf(holder).delete(id);
    this.dropEmpty(holder);
  }

  async holds(holder: string, id: string): Promise<boolean> {
    return this.placesOf(holder).has(id);
  }

  async count(holder: string): Promise<number> {
    return this.placesOf(holder).size;
  }

  async olderThan(ms: number, limit: number): Promise<Lease[]> {
    const now = elapsedMs();
    const old: Lease[] = [];
    for (const holder of [...this.holders.keys()]) {
      for (const [id, takenAt] of this.placesOf(holder)) {
        if (now - takenAt >= ms) old.push({ holder, id, sinceMs: now - takenAt });
      }
    }
    return old.sort((a, b) => b.sinceMs - a.sinceMs).slice(0, limit);
  }

  async close(): Promise<void> {
    await this.ticker.stop();
  }

  /** Those that have not run out. */
  private placesOf(holder: string): Map<string, number> {
    const places = this.holders.get(holder) ?? new Map<string, number>();
    const outAt = elapsedMs() - this.lifeMs;
    for (const [id, takenAt] of places) if (takenAt <= outAt) places.delete(id);
    this.dropEmpty(holder);
    return places;
  }

  private dropEmpty(holder: string): void {
    if (this.holders.get(holder)?.size === 0) this.holders.delete(holder);
  }

  /** Holders who never come back would stay for ever. */
  private sweep(): void {
    for (const holder of [...this.holders.keys()]) this.placesOf(holder);
  }
}
