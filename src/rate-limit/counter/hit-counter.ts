import type { ThrottlerStorage } from '@nestjs/throttler';

/** `hits` in the present window; `resetMs` until it ends (0 where no window is open). */
export interface WindowState {
  hits: number;
  resetMs: number;
}

/**
 * Counts hits in **fixed windows**: the first hit of a key opens a window of `windowMs`; hits are counted, whatever the
 * limit, until it ends; the next hit opens a new one. Nothing slides, and hits beyond a limit do not prolong it.
 *
 * - Counting is atomic over all instances. Time is the backend's.
 * - Windows from 1 ms to beyond 25 days, whole ms; 0 or less counts nothing (`{ hits: 0, resetMs: 0 }`).
 * - An open window keeps its end even if `windowMs` is another in a later call.
 * - Rejects with `dependency_down` where the backend does not answer. The caller decides whether to let pass.
 *
 * It is also @nestjs/throttler's storage, so that guards and services count in one place.
 */
export abstract class HitCounter implements ThrottlerStorage {
  /**
   * Adds `amount`, a whole number, and tells the state after. Negative gives hits back, never below 0; neither that nor 0
   * opens a window.
   */
  abstract hit(key: string, windowMs: number, amount?: number): Promise<WindowState>;

  /** The state without counting. */
  abstract peek(key: string): Promise<WindowState>;

  /** Any number of times. */
  abstract close(): Promise<void>;

  /** @nestjs/throttler's contract: times in whole seconds. A block never outlives its window, so `blockDuration` is not used. */
  async increment(key: string, ttl: number, limit: number, _blockDuration: number, _throttlerName: string) {
    const { hits, resetMs } = await this.hit(key, ttl);
    const seconds = Math.ceil(resetMs / 1000);
    const isBlocked = hits > limit;
    return { totalHits: hits, timeToExpire: seconds, isBlocked, timeToBlockExpire: isBlocked ? seconds : 0 };
  }
}
