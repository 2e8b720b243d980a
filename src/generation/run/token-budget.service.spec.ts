import { Logger } from '@nestjs/common';
import { MemoryHitCounter } from '../../rate-limit/counter/memory/hit-counter.js';
import type { Metrics } from '../../../libs/metrics/index.js';
import { textTurn } from '../../../libs/models/index.js';
import type { Config } from '../../config/config.js';
import { RateLimits } from '../../rate-limit/rate-limits.service.js';
import { TokenBudget } from './token-budget.service.js';

const config = { TOKENS_USER_MAX: 10_000, TOKENS_USER_WINDOW: 60 } as Config;
const metrics = { counter: () => ({ add() {} }) } as unknown as Metrics;
/** 25 tokens by estimate. */
const request = { model: 'm', turns: [textTurn('user', 'x'.repeat(100))] };

describe('TokenBudget', () => {
  const hits = new MemoryHitCounter();
  const limits = new RateLimits(hits, config, metrics);
  const budget = new TokenBudget(limits, config);
  const used = async (user: string) => (await limits.standing('tokens-user', user))?.used;
  afterAll(() => hits.close());
  afterEach(() => jest.restoreAllMocks());

  it('counts the input of calls that run, and what they cost when they are over', async () => {
    const calls = Array.from({ length: 50 }, () => budget.sent('ada', request));
    expect(await used('ada')).toBe(50 * 25);
    await Promise.all(calls.map((call) => call.settle({ inputTokens: 20, outputTokens: 7 })));
    expect(await used('ada')).toBe(50 * 27);
  });

  it('gives back what was not paid', async () => {
    await budget.sent('bob', request).settle(null);
    await budget.sent('bob', request).settle({ inputTokens: 10, outputTokens: 0 });
    expect(await used('bob')).toBe(10);
  });

  it('gives back only what it has counted', async () => {
    jest.spyOn(Logger.prototype, 'warn').mockImplementation();
    jest.spyOn(hits, 'hit').mockRejectedValueOnce(new Error('away'));
    await budget.sent('cleo', request).settle({ inputTokens: 10, outputTokens: 5 });
    expect(await used('cleo')).toBe(15);
    jest.spyOn(hits, 'hit').mockRejectedValue(new Error('away'));
    await budget.sent('cleo', request).settle(null);
  });
});
