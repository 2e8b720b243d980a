import { Logger, type OnModuleDestroy } from '@nestjs/common';
import { Queue } from 'bullmq';
import type { RedisClient } from '../../../libs/redis/index.js';

const LOOK_MS = 30_000;

/**
 * The queues of builds before this one, under a prefix of their own. Those builds alone work at them; when none of them
 * has been up at two looks, the queues are removed. What had waited there is added to ours by the sweep.
 */
export class FormerQueues implements OnModuleDestroy {
  private readonly log = new Logger('Queue');
  private readonly base: string;
  private timer: NodeJS.Timeout | undefined;
  private wereIdle = false;

  /** `areUsed`: whether a process lives that works at them, or adds to them. */
  constructor(
    private readonly redis: RedisClient,
    private readonly areUsed: () => Promise<boolean>,
  ) {
    this.base = redis.tagged('queue');
  }

  /** Looks now and then, for as long as this process lives: a build of before may be gone back to. */
  watch(everyMs = LOOK_MS): void {
    // What is away now is there at another look.
    this.timer = setInterval(() => void this.look().catch(() => {}), everyMs);
    this.timer.unref();
  }

  onModuleDestroy(): void {
    clearInterval(this.timer);
  }

  private async look(): Promise<void> {
    const { commands } = this.redis;
    if ((await commands.exists(`${this.base}-lanes`)) === 0) return;
    const areIdle = !(await this.areUsed());
    const remove = areIdle && this.wereIdle;
    this.wereIdle = areIdle;
    if (remove) await this.remove(await commands.smembers(`${this.base}-lanes`));
  }

  private async remove(lanes: string[]): Promise<void> {
    const { commands } = this.redis;
    for (const lane of lanes) {
      const queue = new Queue(lane, {
        connection: commands,
        prefix: this.base,
        skipMetasUpdate: true,
        skipVersionCheck: true,
      });
      queue.on('error', () => {});
      await queue.obliterate({ force: true });
      await queue.close();
      await commands.del(`${this.base}-tags:${lane}`, `${this.base}-arrivals:${lane}`);
    }
    // Last: what fails before is found again.
    await commands.del(`${this.base}-lanes`);
    this.log.log(`the queues of a former build are removed: ${lanes.length}`);
  }
}
