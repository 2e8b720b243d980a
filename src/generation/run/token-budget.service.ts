import { Injectable, Logger } from '@nestjs/common';
import type { ModelRequest, ModelUsage } from '../../../libs/models/index.js';
import { Config } from '../../config/config.js';
import { RateLimits } from '../../rate-limit/rate-limits.service.js';
import type { Writing } from '../../chat/store/index.js';
import { KeyBudget, today } from './key-budget.service.js';
import { estimateUsage } from './usage.js';

/** By whom an answer was asked for. */
type Asked = Pick<Writing, 'userId' | 'params'>;
type Add = (tokens: number) => Promise<void>;

/** One call to a model, from when it was sent. */
export interface CountedCall {
  /** When it is over, however: what it cost after all; null: nothing. Never rejects. */
  settle(usage: ModelUsage | null): Promise<void>;
}

/**
 * Counts tokens in the budget of who asked (`tokens-user`) and of the key that it was asked with, call by call: the input by estimate as soon as a call is sent,
 * so that many at once see one another, and the rest when it is over. What becomes of the answer (stopped, deleted, taken
 * over, tried again) changes nothing: the provider was paid. A counter that is away holds up no answer: these tokens are
 * then free. Of a worker that dies the output of its running calls is not counted.
 */
@Injectable()
export class TokenBudget {
  private readonly logger = new Logger(TokenBudget.name);

  constructor(
    private readonly rateLimits: RateLimits,
    private readonly keys: KeyBudget,
    private readonly config: Config,
  ) {}

  sent(answer: Asked, request: ModelRequest): CountedCall {
    return this.sentAbout(answer, () => estimateUsage(request, '').inputTokens);
  }

  /** The same, with another estimate of the input's tokens, which is made only where somebody counts them. */
  sentAbout(answer: Asked, estimate: () => number): CountedCall {
    const budgets = this.budgetsOf(answer);
    if (budgets.length === 0) return { settle: async () => undefined };
    const inputTokens = estimate();
    const counted = budgets.map((add) => ({ add, begun: this.add(add, inputTokens) }));
    return {
      settle: async (usage) => {
        const tokens = usage ? usage.inputTokens + usage.outputTokens : 0;
        await Promise.all(
          counted.map(async ({ add, begun }) => this.add(add, tokens - ((await begun) ? inputTokens : 0))),
        );
      },
    };
  }

  /** Each as what adds to it. */
  private budgetsOf({ userId, params: { key } }: Asked): Add[] {
    const day = today();
    const ofUser: Add = (tokens) => this.rateLimits.add('tokens-user', userId, tokens);
    const ofKey: Add | false = key !== undefined && key.tokensPerDay !== null && ((n) => this.keys.add(key, day, n));
    return [...(this.config.TOKENS_USER_MAX === 0 ? [] : [ofUser]), ...(ofKey ? [ofKey] : [])];
  }

  private async add(add: Add, tokens: number): Promise<boolean> {
    try {
      await add(tokens);
      return true;
    } catch (error) {
      this.logger.warn(`tokens of a call were not counted: ${String(error)}`);
      return false;
    }
  }
}
