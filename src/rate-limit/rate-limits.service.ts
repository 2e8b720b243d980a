import { isIPv6 } from 'node:net';
import { Injectable, Logger } from '@nestjs/common';
import { normalizeIp } from '@nestjs/throttler';
import { AppError, dependencyDown } from '../../libs/errors/index.js';
import { HitCounter, type WindowState } from './index.js';
import { type Counted, Metrics } from '../../libs/metrics/index.js';
import { Config } from '../config/config.js';
import { secondsLeft, tellLimit, type HeaderSink } from './limit-headers.js';
import { policiesOf, type Policy, type PolicyName } from './policies.js';

export type { HeaderSink, PolicyName };

/** `used` of `max` in a window that ends in `resetMs` (0: none is open). */
export interface Standing {
  used: number;
  max: number;
  resetMs: number;
}

/** Who has one IPv6 address has the whole /64 around it. */
const IPV6_PREFIX = 64;

/**
 * The limits of the product: one fixed window for each policy and key (a user id, an address), counted over all
 * instances. An IPv6 address counts by its /64. A policy whose limit is 0 is off: nothing is counted and no header sent.
 *
 * While the counters do not answer, `api` lets pass and every other policy refuses with `dependency_down` (503).
 */
@Injectable()
export class RateLimits {
  private readonly log = new Logger(RateLimits.name);
  private readonly policies: Record<PolicyName, Policy>;
  private readonly refusals: Counted<'policy'>;

  constructor(
    private readonly hits: HitCounter,
    config: Config,
    metrics: Metrics,
  ) {
    this.policies = policiesOf(config);
    this.refusals = metrics.counter('parley_limits_hit_total', 'Calls that a limit refused', ['policy']);
  }

  /** Counts one hit. Throws 429 `rate_limited`, with `Retry-After`, where it is one too many. */
  async consume(policy: PolicyName, key: string, reply?: HeaderSink): Promise<void> {
    const { max, windowMs } = this.policies[policy];
    if (max === 0) return;
    const state = await this.ask(policy, this.hits.hit(counterKey(policy, key), windowMs));
    if (state) this.judge(policy, state, state.hits > max, reply);
  }

  /** Counts nothing; refuses like `consume` (`tokens-user`: 429 `token_budget`) where the window is used up. */
  async check(policy: PolicyName, key: string, reply?: HeaderSink): Promise<void> {
    const { max } = this.policies[policy];
    if (max === 0) return;
    const state = await this.ask(policy, this.hits.peek(counterKey(policy, key)));
    if (state) this.judge(policy, state, state.hits >= max, reply);
  }

  /** Takes one hit back. Never fails: a hit too many does little harm. */
  async giveBack(policy: PolicyName, key: string): Promise<void> {
    const { max, windowMs } = this.policies[policy];
    if (max === 0) return;
    await this.hits.hit(counterKey(policy, key), windowMs, -1).catch((error: unknown) => {
      this.log.warn(`a hit of ${policy} could not be given back: ${String(error)}`);
    });
  }

  /** Adds to the window, for instance tokens, or takes from it; refuses nothing but rejects with `dependency_down`. */
  async add(policy: PolicyName, key: string, amount: number): Promise<void> {
    const { max, windowMs } = this.policies[policy];
    if (max === 0 || amount === 0) return;
    await this.ask(policy, this.hits.hit(counterKey(policy, key), windowMs, amount));
  }

  /** Notes that a limit refused somebody; `policy` may be one that is kept elsewhere. */
  countRefusal(policy: PolicyName | 'concurrent' | 'queue' | 'refused-body' | 'tokens-key'): void {
    this.refusals.add({ policy });
  }

  /** How the user stands with `policy`, without counting. Null: the policy is off. Rejects with `dependency_down`. */
  async standing(policy: PolicyName, key: string): Promise<Standing | null> {
    const { max } = this.policies[policy];
    if (max === 0) return null;
    const { hits, resetMs } = (await this.ask(policy, this.hits.peek(counterKey(policy, key)))) ?? {
      hits: 0,
      resetMs: 0,
    };
    return { used: hits, max, resetMs };
  }

  /** Tells how somebody stands with a policy, and refuses where `refused`, as `consume` does. */
  judge(name: PolicyName, state: WindowState, refused: boolean, reply?: HeaderSink): void {
    const policy = this.policies[name];
    if (reply) tellLimit(reply, name, policy, state);
    if (!refused) return;
    this.countRefusal(name);
    const seconds = secondsLeft(policy, state);
    const soon = `Please try again in ${seconds} seconds.`;
    throw name === 'tokens-user'
      ? new AppError('token_budget', 429, `The token budget is used up. ${soon}`, {
          ...{ retryAfterSeconds: seconds, params: { seconds } },
        })
      : new AppError('rate_limited', 429, `Too many requests. ${soon}`, {
          ...{ retryAfterSeconds: seconds, params: { limit: name, seconds } },
        });
  }

  /** The counter's answer; null where it is away and the policy lets pass. */
  private async ask(policy: PolicyName, answer: Promise<WindowState>): Promise<WindowState | null> {
    try {
      return await answer;
    } catch (error) {
      if (policy === 'api') return null;
      if (error instanceof AppError) throw error;
      throw dependencyDown('rate limit counter', error);
    }
  }
}

/** Under which a policy's hits of a user or an address are counted. */
export function counterKey(policy: PolicyName, key: string): string {
  return `${policy}:${key.includes(':') && isIPv6(key) ? normalizeIp(key, IPV6_PREFIX) : key}`;
}
