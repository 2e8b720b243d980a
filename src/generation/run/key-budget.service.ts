import { Injectable } from '@nestjs/common';
import { AppError, dependencyDown } from '../../../libs/errors/index.js';
import type { AnswerKey } from '../../chat/store/index.js';
import { HitCounter } from '../../rate-limit/index.js';
import { RateLimits } from '../../rate-limit/rate-limits.service.js';

const DAY_MS = 86_400_000;

/**
 * Tokens of a key by day in UTC (`tokensPerDay`), over all instances. Each day has a counter of its own, which is kept until
 * the last call of that day has surely ended: a call belongs to the day in which it was sent.
 */
@Injectable()
export class KeyBudget {
  constructor(
    private readonly hits: HitCounter,
    private readonly limits: RateLimits,
  ) {}

  /** Refuses with `budget_exhausted` (429) where today’s are used up; 503 `dependency_down` where that can’t be known. */
  async require(key: AnswerKey | undefined, name: string): Promise<void> {
    if (!key || (await this.hasRoom(key))) return;
    this.limits.countRefusal('tokens-key');
    const seconds = Math.ceil((DAY_MS - (Date.now() % DAY_MS)) / 1000);
    const words = `The tokens of the key ${name} are used up for today (UTC).`;
    throw new AppError('budget_exhausted', 429, words, {
      ...{ retryAfterSeconds: seconds, params: { budget: name, seconds } },
    });
  }

  /** Whether anything is left of today’s. Rejects with `dependency_down`. */
  async hasRoom({ id, tokensPerDay }: AnswerKey): Promise<boolean> {
    if (tokensPerDay === null) return true;
    const { hits } = await this.hits.peek(counterOf(id, today())).catch((error: unknown) => {
      throw error instanceof AppError ? error : dependencyDown('rate limit counter', error);
    });
    return hits < tokensPerDay;
  }

  /** Adds tokens of a call that was sent on `day`, or takes some back. */
  async add({ id, tokensPerDay }: AnswerKey, day: string, tokens: number): Promise<void> {
    if (tokensPerDay !== null && tokens !== 0) await this.hits.hit(counterOf(id, day), 2 * DAY_MS, tokens);
  }
}

/** The day it is, in UTC. */
export function today(): string {
  return new Date(Date.now()).toISOString().slice(0, 10);
}

function counterOf(keyId: string, day: string): string {
  return `tokens-key:${keyId}:${day}`;
}
