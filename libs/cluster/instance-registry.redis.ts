import type { RedisClient, RedisScript } from '../redis/index.js';
import { type Instance, InstanceRegistry } from './instance-registry.js';

const WHAT = 'list of instances';
const LIFE_MS = 10_000;

/**
 * KEYS[1]: ids by the time of Redis, in ms, at which each was last renewed; KEYS[2]: their entries. ARGV: life in ms; id
 * and entry of who asks, which are renewed, or nothing. Gives back the entries of all that live.
 */
const RENEW_AND_LIST = `
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
for _, id in ipairs(redis.call('ZRANGEBYSCORE', KEYS[1], '-inf', now - ARGV[1])) do
  redis.call('ZREM', KEYS[1], id)
  redis.call('HDEL', KEYS[2], id)
end
if ARGV[2] then
  redis.call('ZADD', KEYS[1], now, ARGV[2])
  redis.call('HSET', KEYS[2], ARGV[2], ARGV[3])
  redis.call('PEXPIRE', KEYS[1], ARGV[1])
  redis.call('PEXPIRE', KEYS[2], ARGV[1])
end
return redis.call('HVALS', KEYS[2])
`;

const LEAVE = `
redis.call('ZREM', KEYS[1], ARGV[1])
redis.call('HDEL', KEYS[2], ARGV[1])
`;

/**
 * Entries in Redis, each renewed three times in its life and with every look at the list. A renewal is the whole entry:
 * so a Redis that lost everything has the list again after a few seconds.
 */
export class RedisInstanceRegistry extends InstanceRegistry {
  private self: Instance | undefined;
  private timer: NodeJS.Timeout | undefined;
  private readonly keys: [string, string];
  private readonly renewing: RedisScript<string[]>;
  private readonly leaving: RedisScript<null>;

  /** `lifeMs`: when an entry ends that nobody renews. */
  constructor(
    private readonly redis: RedisClient,
    private readonly lifeMs = LIFE_MS,
  ) {
    super();
    const tag = redis.tagged('instances');
    this.keys = [`${tag}:renewed`, `${tag}:entries`];
    this.renewing = redis.script(RENEW_AND_LIST, 2);
    this.leaving = redis.script(LEAVE, 2);
  }

  async enter(instance: Instance): Promise<void> {
    if (this.self && this.self.id !== instance.id) await this.leave();
    this.self = { ...instance };
    // Also where the call below fails: it enters as soon as Redis is there.
    if (!this.timer) {
      this.timer = setInterval(() => void this.renew().catch(() => {}), this.lifeMs * 0.3);
      this.timer.unref();
    }
    await this.renew();
  }

  async update(change: Partial<Omit<Instance, 'id'>>): Promise<void> {
    if (!this.self) return;
    Object.assign(this.self, change);
    await this.renew();
  }

  async list(): Promise<Instance[]> {
    const entries = await this.renew();
    return entries.map((text) => JSON.parse(text) as Instance).sort((a, b) => a.startedAt - b.startedAt);
  }

  async leave(): Promise<void> {
    const { self } = this;
    this.self = undefined;
    clearInterval(this.timer);
    this.timer = undefined;
    if (self) await this.redis.run(WHAT, () => this.leaving.run(...this.keys, self.id));
  }

  /** Where Redis is away the entry ends by itself. */
  async close(): Promise<void> {
    await this.leave().catch(() => {});
  }

  private renew(): Promise<string[]> {
    const own = this.self ? [this.self.id, JSON.stringify(this.self)] : [];
    return this.redis.run(WHAT, () => this.renewing.run(...this.keys, this.lifeMs, ...own));
  }
}
