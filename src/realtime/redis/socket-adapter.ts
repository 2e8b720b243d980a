import { Logger } from '@nestjs/common';
import { createAdapter } from '@socket.io/redis-adapter';
import type { RedisClient, RedisConnection } from '../../../libs/redis/index.js';
import type { SocketAdapter } from '../realtime.adapter.js';

/**
 * Socket.IO's own adapter for Redis (https://socket.io/docs/v4/redis-adapter/): what is emitted to a room, and a disconnect,
 * reaches its sockets on all instances. While Redis is away, what is emitted reaches those of this instance. Sockets on a
 * connection of Redis of its own, which `redis` closes.
 */
export function redisSocketAdapter(redis: RedisClient): SocketAdapter {
  return createAdapter(new Publisher(redis), subscriber(redis), { key: keyOf(redis) });
}

function keyOf(redis: RedisClient): string {
  return redis.key('sockets', 'io');
}

/** As much of a client as the adapter publishes with. It ignores what comes of it: a rejection would end the process. */
class Publisher {
  private readonly log = new Logger('SocketAdapter');
  private isAway = false;

  constructor(private readonly redis: RedisClient) {}

  /** All along one way: somebody hears of the end of a session before the disconnect, which is another channel. */
  async publish(channel: string, message: string | Buffer): Promise<void> {
    try {
      await this.redis.publish(channel, message, keyOf(this.redis));
      this.isAway = false;
    } catch (error) {
      // Once an outage.
      if (!this.isAway) this.log.warn(`what sockets on other instances should hear is lost: ${String(error)}`);
      this.isAway = true;
    }
  }

  /** The connection tells of its errors itself. */
  on(): void {}
  off(): void {}
}

/** Its subscriptions wait for the server, however long, and are made again after a reconnect. */
function subscriber(redis: RedisClient): RedisConnection {
  const connection = redis.connection('sockets', {
    enableOfflineQueue: true,
    maxRetriesPerRequest: null,
    commandTimeout: undefined,
    autoResubscribe: true,
  });
  // The adapter ignores these promises too; they reject where the connection is closed before the server took them.
  for (const name of ['subscribe', 'psubscribe', 'unsubscribe', 'punsubscribe'] as const) {
    const call = connection[name].bind(connection) as (...args: unknown[]) => Promise<unknown>;
    connection[name] = ((...args: unknown[]) => call(...args).catch(() => undefined)) as never;
  }
  return connection;
}
