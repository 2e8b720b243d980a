import { Logger } from '@nestjs/common';
import { eventually } from '../../../test/support/eventually.js';
import { MemoryHitCounter } from '../../rate-limit/counter/memory/hit-counter.js';
import type { Metrics } from '../../../libs/metrics/index.js';
import { textTurn } from '../../../libs/models/index.js';
import type { Config } from '../../config/config.js';
import { RateLimits } from '../../rate-limit/rate-limits.service.js';
import type { AnswerKey } from '../../chat/store/index.js';
import { KeyBudget } from './key-budget.service.js';
import { TokenBudget } from './token-budget.service.js';

const config = { TOKENS_USER_MAX: 10_000, TOKENS_USER_WINDOW: 60 } as Config;
const metrics = { counter: () => ({ add() {} }) } as unknown as Metrics;
/** 25 tokens by estimate. */
const request = { model: 'm', turns: [textTurn('user', 'x'.repeat(100))] };

describe('TokenBudget', () => {
  const hits = new MemoryHitCounter();
  const limits = new RateLimits(hits, config, metrics);
  const budget = new TokenBudget(limits, new KeyBudget(hits, limits), config);
  const of = (userId: string, key?: AnswerKey) => ({ userId, params: { key } });
  const used = async (user: string) => (await limits.standing('tokens-user', user))?.used;
  afterAll(() => hits.close());
  afterEach(() => jest.restoreAllMocks());

  it('counts the input of calls that run, and what they cost when they are over', async () => {
    const calls = Array.from({ length: 50 }, () => budget.sent(of('ada'), request));
    expect(await used('ada')).toBe(50 * 25);
    await Promise.all(calls.map((call) => call.settle({ inputTokens: 20, outputTokens: 7 })));
    expect(await used('ada')).toBe(50 * 27);
  });

  it('gives back what was not paid', async () => {
    await budget.sent(of('bob'), request).settle(null);
    await budget.sent(of('bob'), request).settle({ inputTokens: 10, outputTokens: 0 });
    expect(await used('bob')).toBe(10);
  });

  it('gives back only what it has counted', async () => {
    jest.spyOn(Logger.prototype, 'warn').mockImplementation();
    jest.spyOn(hits, 'hit').mockRejectedValueOnce(new Error('away'));
    await budget.sent(of('cleo'), request).settle({ inputTokens: 10, outputTokens: 5 });
    expect(await used('cleo')).toBe(15);
    jest.spyOn(hits, 'hit').mockRejectedValue(new Error('away'));
    await budget.sent(of('cleo'), request).settle(null);
  });

  it('counts for a key by the day in UTC in which the call was sent', async () => {
    const keys = new KeyBudget(hits, limits);
    const key = { id: 'k1', tokensPerDay: 30 };
    const other = { id: 'k2', tokensPerDay: 30 };
    const clock = jest.spyOn(Date, 'now').mockReturnValue(Date.parse('2026-03-01T23:59:50Z'));
    const call = budget.sent(of('dora', key), request);
    await eventually(() => keys.hasRoom({ ...key, tokensPerDay: 25 }).then((room) => !room));
    await keys.require(key, 'mine');
    await call.settle({ inputTokens: 20, outputTokens: 10 });
    const refusal = await keys.require(key, 'mine').catch((error: unknown) => error);
    expect(refusal).toMatchObject({
      ...{ code: 'budget_exhausted', status: 429, retryAfterSeconds: 10 },
      params: { budget: 'mine', seconds: 10 },
    });
    await keys.require(other, 'another');
    await keys.require({ ...key, tokensPerDay: null }, 'without a limit');
    const late = budget.sent(of('dora', other), request);
    clock.mockReturnValue(Date.parse('2026-03-02T00:00:01Z'));
    await keys.require(key, 'mine');
    await late.settle({ inputTokens: 1000, outputTokens: 0 });
    await keys.require(other, 'another');
    expect(await used('dora')).toBe(30 + 1000);
  });

  it('of a key counts also where people have no limit, and refuses where the counter is away', async () => {
    const off = { ...config, TOKENS_USER_MAX: 0 } as Config;
    const unlimited = new RateLimits(hits, off, metrics);
    const keys = new KeyBudget(hits, unlimited);
    const key = { id: 'k3', tokensPerDay: 5 };
    await new TokenBudget(unlimited, keys, off).sent(of('emil', key), request).settle(null);
    await keys.require(key, 'mine');
    await new TokenBudget(unlimited, keys, off)
      .sent(of('emil', key), request)
      .settle({ inputTokens: 5, outputTokens: 0 });
    await expect(keys.require(key, 'mine')).rejects.toMatchObject({ code: 'budget_exhausted' });
    jest.spyOn(hits, 'peek').mockRejectedValue(new Error('away'));
    await expect(keys.require(key, 'mine')).rejects.toMatchObject({ code: 'dependency_down' });
  });
});
