import { every, type Ticker } from '../async/index.js';
import type { Redis } from 'ioredis';

const INTERVAL_MS = 2000;

/**
 * Finds connections that are open and dead: a server that hangs, a network that swallows packets. TCP alone notices such
 * a thing after minutes. Each connection is asked every 2 s; where the time runs out and not one byte came, it is
 * broken off, so that commands fail at once until another one stands.
 */
export class ConnectionWatch {
  private readonly ticker: Ticker;
  private readonly asked = new WeakSet<Redis>();

  constructor(private readonly connections: () => Redis[]) {
    this.ticker = every(INTERVAL_MS, () => {
      for (const redis of this.connections()) void this.look(redis);
    });
  }

  close(): void {
    void this.ticker.stop();
  }

  private async look(redis: Redis): Promise<void> {
    if (redis.status !== 'ready' || this.asked.has(redis)) return;
    this.asked.add(redis);
    const { stream } = redis;
    const before = stream.bytesRead;
    try {
      await redis.ping();
    } catch {
      if (stream.bytesRead === before) stream.destroy();
    } finally {
      this.asked.delete(redis);
    }
  }
}
