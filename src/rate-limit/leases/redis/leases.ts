import type { RedisClient, RedisScript } from '../../../../libs/redis/index.js';
import { type Lease, LEASE_LIFE_MS, Leases } from '../leases.js';
import { COUNT, FREE, HOLDS, OLDER_THAN, RENEW, TAKE } from './leases.scripts.js';

const WHAT = 'counter';

/**
 * Places are kept twice: by holder, to count them, and all together by age, for `olderThan`. Both change in one step, so in
 * a cluster all of them lie on one node; there are few, and each is touched a few times in its life.
 */
export class RedisLeases extends Leases {
  private readonly tag: string;
  private readonly all: string;
  private readonly scripts: Record<'take' | 'renew' | 'free' | 'holds', RedisScript<number>>;
  private readonly counting: RedisScript<number>;
  private readonly older: RedisScript<Array<string | number>>;

  /** `lifeMs`: when a lease that nobody renews ends. `set`: those of another name are others. */
  constructor(
    private readonly redis: RedisClient,
    private readonly lifeMs = LEASE_LIFE_MS,
    set = 'leases',
  ) {
    super();
    this.tag = redis.tagged(set);
    this.all = `${this.tag}:all`;
    const [take, renew, free, holds] = [TAKE, RENEW, FREE, HOLDS].map((text) => redis.script<number>(text, 2));
    this.scripts = { take, renew, free, holds };
    this.counting = redis.script(COUNT);
    this.older = redis.script(OLDER_THAN);
  }

  async take(holder: string, id: string, limit: number): Promise<boolean> {
    return (await this.call('take', holder, id, limit)) === 1;
  }

  async renew(holder: string, id: string): Promise<void> {
    await this.call('renew', holder, id);
  }

  async free(holder: string, id: string): Promise<void> {
    await this.call('free', holder, id);
  }

  async holds(holder: string, id: string): Promise<boolean> {
    return (await this.call('holds', holder, id)) === 1;
  }

  async count(holder: string): Promise<number> {
    return this.redis.run(WHAT, () => this.counting.run(this.placesOf(holder), this.lifeMs));
  }

  async olderThan(ms: number, limit: number): Promise<Lease[]> {
    const found = await this.redis.run(WHAT, () => this.older.run(this.all, this.lifeMs, ms, limit));
    const old: Lease[] = [];
    for (let i = 0; i < found.length; i += 2) {
      const [holder, id] = JSON.parse(found[i] as string) as [string, string];
      old.push({ holder, id, sinceMs: found[i + 1] as number });
    }
    return old;
  }

  /** The connection is closed by who opened it. */
  async close(): Promise<void> {}

  private placesOf(holder: string): string {
    return `${this.tag}:of:${holder}`;
  }

  private call(script: keyof typeof this.scripts, holder: string, id: string, limit = 0): Promise<number> {
    const args = [this.placesOf(holder), this.all, this.lifeMs, id, JSON.stringify([holder, id]), limit];
    return this.redis.run(WHAT, () => this.scripts[script].run(...args));
  }
}
