import { every, type Ticker } from '../../../async/index.js';
import type { RedisClient, RedisScript } from '../../../redis/index.js';
import { InstanceBeat, type ThreadFile } from './instance-beat.js';
import { type Instance, InstanceRegistry } from '../instance-registry.js';
import { LEAVE, RENEW_AND_LIST } from './instance-registry.scripts.js';

const WHAT = 'list of instances';
const LIFE_MS = 10_000;
/** Nothing that is right takes an event loop so long in one piece. */
const HUNG_MS = 60_000;

export interface RedisInstanceRegistryOptions {
  /** When an entry ends that nobody renews (default 10 s). */
  lifeMs?: number;
  /** When one ends whose process stands still (default 60 s, and its life). */
  hungMs?: number;
  /** Another thread than the build's. For tests. */
  thread?: ThreadFile;
}

/**
 * Entries in Redis, each renewed three times in its life and with every look at the list, and besides by a thread
 * (`InstanceBeat`). A renewal is the whole entry: so a Redis that lost everything has the list again after a few seconds.
 */
export class RedisInstanceRegistry extends InstanceRegistry {
  private self: Instance | undefined;
  private ticker: Ticker | undefined;
  private beat: InstanceBeat | undefined;
  private readonly lifeMs: number;
  private readonly keys: [string, string];
  private readonly renewing: RedisScript<string[]>;
  private readonly leaving: RedisScript<null>;

  constructor(
    private readonly redis: RedisClient,
    private readonly options: RedisInstanceRegistryOptions = {},
  ) {
    super();
    this.lifeMs = options.lifeMs ?? LIFE_MS;
    const tag = redis.tagged('instances');
    this.keys = [`${tag}:renewed`, `${tag}:entries`];
    this.renewing = redis.script(RENEW_AND_LIST, 2);
    this.leaving = redis.script(LEAVE, 2);
  }

  async enter(instance: Instance): Promise<void> {
    if (this.self && this.self.id !== instance.id) await this.leave();
    this.self = { ...instance };
    // Also where the call below fails: it enters as soon as Redis is there.
    if (!this.ticker) {
      // Each for itself: one that hangs must not be the last before the entry ends.
      this.ticker = every(this.lifeMs * 0.3, () => void this.renew().catch(() => {}));
      this.beat = this.openBeat(this.self);
    } else this.beat?.tell(JSON.stringify(this.self));
    await this.renew();
  }

  async update(change: Partial<Omit<Instance, 'id'>>): Promise<void> {
    if (!this.self) return;
    Object.assign(this.self, change);
    this.beat?.tell(JSON.stringify(this.self));
    await this.renew();
  }

  async list(): Promise<Instance[]> {
    const entries = await this.renew();
    return entries.map((text) => JSON.parse(text) as Instance).sort((a, b) => a.startedAt - b.startedAt);
  }

  async leave(): Promise<void> {
    const { self } = this;
    this.self = undefined;
    void this.ticker?.stop();
    this.ticker = undefined;
    await this.beat?.stop();
    this.beat = undefined;
    if (self) await this.redis.run(WHAT, () => this.leaving.run(...this.keys, self.id));
  }

  /** Where Redis is away the entry ends by itself. */
  async close(): Promise<void> {
    await this.leave().catch(() => {});
  }

  private openBeat(self: Instance): InstanceBeat {
    const { redis, keys, lifeMs, options } = this;
    const data = { settings: redis.settings, keys, id: self.id, entry: JSON.stringify(self), lifeMs };
    return new InstanceBeat({ ...data, hungMs: options.hungMs ?? HUNG_MS }, options.thread);
  }

  private renew(): Promise<string[]> {
    const own = this.self ? [this.self.id, JSON.stringify(this.self)] : [];
    return this.redis.run(WHAT, () => this.renewing.run(...this.keys, this.lifeMs, ...own));
  }
}
