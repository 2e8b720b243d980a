import { elapsedMs, every, type Ticker } from '../../../../libs/async/index.js';
import { HitCounter, type WindowState } from '../hit-counter.js';

const SWEEP_MS = 30_000;
const CLOSED: WindowState = { hits: 0, resetMs: 0 };

interface Window {
  hits: number;
  endsAt: number;
}

/** Limit: counts of one process, forgotten with it. */
export class MemoryHitCounter extends HitCounter {
  private readonly windows = new Map<string, Window>();
  private readonly ticker: Ticker;

  constructor() {
    super();
    this.ticker = every(SWEEP_MS, () => this.sweep());
  }

  async hit(key: string, windowMs: number, amount = 1): Promise<WindowState> {
    if (windowMs <= 0) return CLOSED;
    const now = elapsedMs();
    let window = this.windows.get(key);
    if (!window || window.endsAt <= now) {
      if (amount <= 0) return CLOSED;
      window = { hits: 0, endsAt: now + windowMs };
      this.windows.set(key, window);
    }
    window.hits = Math.max(0, window.hits + amount);
    return { hits: window.hits, resetMs: window.endsAt - now };
  }

  async peek(key: string): Promise<WindowState> {
    const now = elapsedMs();
    const window = this.windows.get(key);
    return window && window.endsAt > now ? { hits: window.hits, resetMs: window.endsAt - now } : CLOSED;
  }

  async close(): Promise<void> {
    await this.ticker.stop();
  }

  private sweep(): void {
    const now = elapsedMs();
    for (const [key, window] of this.windows) if (window.endsAt <= now) this.windows.delete(key);
  }
}
