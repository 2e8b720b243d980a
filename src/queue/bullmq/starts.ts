import type { RedisClient } from '../../../libs/redis/index.js';
import { Recent } from './recent.js';

const SECONDS = 10;
const READ_MS = 1000;

/** Jobs that all workers of all instances started, in each of the last seconds. */
export class Starts {
  private readonly rate = new Recent(() => this.read(), READ_MS);
  private uncounted = 0;

  constructor(
    private readonly redis: RedisClient,
    private readonly base: string,
  ) {}

  count(): void {
    this.uncounted++;
  }

  /** Tells the others what was counted here; to be called about once a second. */
  async tell(): Promise<void> {
    const started = this.uncounted;
    if (started === 0) return;
    this.uncounted = 0;
    const key = this.key(Math.floor(Date.now() / 1000));
    await this.redis.commands
      .pipeline()
      .incrby(key, started)
      .expire(key, 2 * SECONDS)
      .exec();
  }

  perSecond(): Promise<number> {
    return this.rate.get();
  }

  private async read(): Promise<number> {
    const now = Math.floor(Date.now() / 1000);
    const keys = Array.from({ length: SECONDS }, (_, i) => this.key(now - i));
    const counts = await this.redis.commands.mget(keys);
    return counts.reduce((sum, count) => sum + Number(count ?? 0), 0) / SECONDS;
  }

  private key(second: number): string {
    return `${this.base}-starts:${second}`;
  }
}
