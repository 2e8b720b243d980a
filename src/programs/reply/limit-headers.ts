import type { FastifyReply } from 'fastify';
import type { Dialect } from '../../../libs/dialects/index.js';
import type { HeaderSink } from '../../rate-limit/rate-limits.service.js';

/** What our policies are called in the dialects. */
const KINDS: Record<string, string> = { 'program-user': 'requests', 'tokens-user': 'tokens' };

/** Takes the headers of limits, and tells the same in those that the dialect's clients know. */
export class LimitHeaders implements HeaderSink {
  private policies = '';

  constructor(
    private readonly reply: FastifyReply,
    private readonly dialect: Dialect,
  ) {}

  header(name: string, value: string): void {
    void this.reply.header(name, value);
    if (name === 'RateLimit-Policy') this.policies = value;
    if (name !== 'RateLimit') return;
    for (const [, policy, remaining, seconds] of value.matchAll(/"([\w-]+)";r=(\d+);t=(\d+)/g)) {
      const [, most] = new RegExp(`"${policy}";q=(\\d+)`).exec(this.policies) ?? [];
      if (KINDS[policy] && most) this.tell(KINDS[policy], most, remaining, Number(seconds));
    }
  }

  private tell(kind: string, most: string, remaining: string, seconds: number): void {
    if (this.dialect === 'messages') {
      const at = new Date(Date.now() + seconds * 1000).toISOString().replace(/\.\d+/, '');
      const name = `anthropic-ratelimit-${kind}`;
      void this.reply.headers({ [`${name}-limit`]: most, [`${name}-remaining`]: remaining, [`${name}-reset`]: at });
    } else {
      void this.reply.headers({
        [`x-ratelimit-limit-${kind}`]: most,
        [`x-ratelimit-remaining-${kind}`]: remaining,
        [`x-ratelimit-reset-${kind}`]: `${seconds}s`,
      });
    }
  }
}
