import { Injectable } from '@nestjs/common';
import { AppError } from '../../../libs/errors/index.js';
import { Leases } from '../../rate-limit/index.js';
import { Queue } from '../../queue/index.js';
import { RateLimits } from '../../rate-limit/rate-limits.service.js';
import { Config } from '../../config/config.js';
import { Presence } from '../../cluster/presence.service.js';
import { Capacity } from '../run/capacity.service.js';

/** Longest and shortest Retry-After of a full queue, seconds. */
const MAX_RETRY = 60;
const CONCURRENT_RETRY = 5;
/**
 * How long questions may wait where this process, or all that work for it, has more to do than it can, s: the first text is to come within five.
 * Who is told at once comes again or goes elsewhere, who waits longer gives up, and all that waits has to be worked off
 * before it is well again.
 */
const MAX_WAIT = 4;
/** How long a refusal for that reason holds for all, ms: what is refused must cost next to nothing. */
const REFUSAL_MS = 250;

/** Whether there is a place for one more question: of this user, and in the queue. */
@Injectable()
export class Admission {
  /** Questions that were let in and are not in the queue yet. */
  private entering = 0;
  private refusal: { until: number; retryAfterSeconds: number } | undefined;

  constructor(
    private readonly queue: Queue,
    private readonly leases: Leases,
    private readonly limits: RateLimits,
    private readonly capacity: Capacity,
    private readonly presence: Presence,
    private readonly config: Config,
  ) {}

  /**
   * Refuses with `queue_full` (503), asking nobody, where a moment ago more waited than can be carried. Before anything is
   * done for a question.
   */
  requireTime(): void {
    if (this.refusal && performance.now() < this.refusal.until) throw this.queueFull(this.refusal.retryAfterSeconds);
  }

  /** Takes one of the user's places, named by the message. Error: `too_many_concurrent` (429). */
  async takeLease(userId: string, id: string): Promise<void> {
    const limit = this.config.CONCURRENT_MESSAGE_MAX;
    if (limit === 0 || (await this.leases.take(userId, id, limit))) return;
    this.limits.countRefusal('concurrent');
    throw new AppError('too_many_concurrent', 429, `You already have ${limit} answers waiting or running.`, {
      retryAfterSeconds: CONCURRENT_RETRY,
      params: { of: 'answers', maximum: limit },
    });
  }

  async freeLease(userId: string, id: string): Promise<void> {
    if (this.config.CONCURRENT_MESSAGE_MAX !== 0) await this.leases.free(userId, id);
  }

  /** Refuses with `queue_full` (503) where too many wait; else runs `enter`, which puts the question in line. */
  async intoQueue<T>(enter: () => Promise<T>): Promise<T> {
    this.entering++;
    try {
      await this.requireRoom();
      return await enter();
    } finally {
      this.entering--;
    }
  }

  private async requireRoom(): Promise<void> {
    const { waiting, running, oldestWaitingMs, startsPerSecond } = await this.queue.stats();
    const free = Math.max(0, this.config.QUEUE_CONCURRENCY - running);
    const ahead = waiting + Math.max(0, this.entering - 1 - free);
    // Both: many who have just come may start at once, and one who asked for much waits long beside others who don't.
    const isFull = this.capacity.isFull || this.presence.workersAreFull;
    const isLate = isFull && oldestWaitingMs > MAX_WAIT * 1000;
    const most = isLate ? MAX_WAIT * startsPerSecond : Infinity;
    const excess = ahead + 1 - Math.min(this.config.QUEUE_MAX_WAITING, most);
    if (excess <= 0) return;
    // A place gets free with each one that starts.
    const seconds = startsPerSecond > 0 ? Math.ceil(excess / startsPerSecond) : MAX_RETRY;
    const retryAfterSeconds = Math.min(MAX_RETRY, Math.max(1, seconds));
    if (ahead < this.config.QUEUE_MAX_WAITING) {
      this.refusal = { until: performance.now() + REFUSAL_MS, retryAfterSeconds };
    }
    throw this.queueFull(retryAfterSeconds);
  }

  private queueFull(retryAfterSeconds: number): AppError {
    this.limits.countRefusal('queue');
    const words = 'Too many questions are waiting. Please try again shortly.';
    return new AppError('queue_full', 503, words, { retryAfterSeconds });
  }
}
