import type { RedisClient } from '../../../redis/index.js';
import { type Signal, Signals } from '../signals.js';

/** Each topic is a channel. What is published while the connection is away is lost to who listens here. */
export class RedisSignals extends Signals {
  private readonly stops = new Set<() => void>();

  constructor(private readonly redis: RedisClient) {
    super();
    // Opened now, so that it stands when the first one listens.
    void redis.subscriber;
  }

  async publish(topic: string, signal: Signal): Promise<void> {
    const text = JSON.stringify(signal);
    await this.redis.run('channel for signals', () => this.redis.publish(this.channelOf(topic), text));
  }

  /** Where the connection is away, it listens as soon as it is back. */
  subscribe(topic: string, listener: (signal: Signal) => void): () => void {
    const { stop } = this.redis.subscriber.add(this.channelOf(topic), {
      // Parsed for each: what one does to a signal is nobody else's.
      message: (text) => listener(JSON.parse(text) as Signal),
    });
    const end = () => {
      this.stops.delete(end);
      stop();
    };
    this.stops.add(end);
    return end;
  }

  async close(): Promise<void> {
    for (const stop of this.stops) stop();
  }

  private channelOf(topic: string): string {
    return this.redis.key('signals', topic);
  }
}
