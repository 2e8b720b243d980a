import { Injectable, Logger } from '@nestjs/common';
import type { ModelRequest, ModelUsage } from '../../../libs/models/index.js';
import { Config } from '../../config/config.js';
import { RateLimits } from '../../rate-limit/rate-limits.service.js';
import { estimateUsage } from './usage.js';

/** One call to a model, from when it was sent. */
export interface CountedCall {
  /** When it is over, however: what it cost after all; null: nothing. Never rejects. */
  settle(usage: ModelUsage | null): Promise<void>;
}

/**
 * Counts tokens in the budget of who asked (`tokens-user`), call by call: the input by estimate as soon as a call is sent,
 * so that many at once see one another, and the rest when it is over. What becomes of the answer (stopped, deleted, taken
 * over, tried again) changes nothing: the provider was paid. A counter that is away holds up no answer: these tokens are
 * then free. Of a worker that dies the output of its running calls is not counted.
 */
@Injectable()
export class TokenBudget {
  private readonly logger = new Logger(TokenBudget.name);

  constructor(
    private readonly rateLimits: RateLimits,
    private readonly config: Config,
  ) {}

  sent(userId: string, request: ModelRequest): CountedCall {
    if (this.config.TOKENS_USER_MAX === 0) return { settle: async () => undefined };
    const { inputTokens } = estimateUsage(request, '');
    const counted = this.add(userId, inputTokens);
    return {
      settle: async (usage) => {
        const already = (await counted) ? inputTokens : 0;
        await this.add(userId, (usage ? usage.inputTokens + usage.outputTokens : 0) - already);
      },
    };
  }

  private async add(userId: string, tokens: number): Promise<boolean> {
    try {
      await this.rateLimits.add('tokens-user', userId, tokens);
      return true;
    } catch (error) {
      this.logger.warn(`tokens of a call were not counted: ${String(error)}`);
      return false;
    }
  }
}
