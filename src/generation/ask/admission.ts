import { Injectable } from '@nestjs/common';
import { AppError } from '../../../libs/errors/index.js';
import { Leases } from '../../../libs/limits/index.js';
import { Queue } from '../../../libs/queue/index.js';
import { RateLimits } from '../../rate-limit/rate-limits.js';
import { Config } from '../../config/config.js';

/** Longest and shortest Retry-After of a full queue, seconds. */
const MAX_RETRY = 60;
const CONCURRENT_RETRY = 5;

/** Whether there is a place for one more question: of this user, and in the queue. */
@Injectable()
export class Admission {
  /** Questions that were let in and are not in the queue yet. */
  private entering = 0;

  constructor(
    private readonly queue: Queue,
    private readonly leases: Leases,
    private readonly limits: RateLimits,
    private readonly config: Config,
  ) {}

  /** Takes one of the user's places, named by the message. Error: `too_many_concurrent` (429). */
  async takeLease(userId: string, id: string): Promise<void> {
    const limit = this.config.CONCURRENT_MESSAGE_MAX;
    if (limit === 0 || (await this.leases.take(userId, id, limit))) return;
    this.limits.countRefusal('concurrent');
    throw new AppError('too_many_concurrent', 429, `You already have ${limit} answers waiting or running.`, {
      retryAfterSeconds: CONCURRENT_RETRY,
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
    const { waiting, running, startsPerSecond } = await this.queue.stats();
    const free = Math.max(0, this.config.QUEUE_CONCURRENCY - running);
    const ahead = waiting + Math.max(0, this.entering - 1 - free);
    if (ahead < this.config.QUEUE_MAX_WAITING) return;
    // A place gets free with each one that starts.
    const places = ahead - this.config.QUEUE_MAX_WAITING + 1;
    const seconds = startsPerSecond > 0 ? Math.ceil(places / startsPerSecond) : MAX_RETRY;
    this.limits.countRefusal('queue');
    throw new AppError('queue_full', 503, 'Too many questions are waiting. Please try again shortly.', {
      retryAfterSeconds: Math.min(MAX_RETRY, Math.max(1, seconds)),
    });
  }
}
