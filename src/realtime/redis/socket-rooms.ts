import { Logger } from '@nestjs/common';
import { createAdapter } from '@socket.io/redis-adapter';
import type { Server } from 'socket.io';
import type { RedisClient, RedisConnection } from '../../../libs/redis/index.js';
import type { UserEvent } from '../../notices/notices.service.js';
import { SocketRooms } from '../socket-rooms.js';

const EVENT = 'notices';

/**
 * Over Redis' publish and subscribe, by Socket.IO's own adapter. Notices of one turn of the event loop go out together: a
 * question makes four at once.
 */
export class RedisSocketRooms extends SocketRooms {
  private readonly log = new Logger('SocketRooms');
  private readonly subscriber: RedisConnection;
  private isAway = false;
  private server: Server;
  private waiting: UserEvent[] = [];

  constructor(private readonly redis: RedisClient) {
    super();
    // Its subscriptions wait for the server, however long, and are made again after a reconnect.
    this.subscriber = redis.connection('sockets', {
      enableOfflineQueue: true,
      maxRetriesPerRequest: null,
      commandTimeout: undefined,
      autoResubscribe: true,
    });
  }

  attach(server: Server, receive: (notice: UserEvent) => void): void {
    this.server = server;
    const key = this.redis.key('sockets', 'io');
    server.adapter(createAdapter(this.publisher(), quiet(this.subscriber), { key }));
    server.on(EVENT, (notices: UserEvent[]) => notices.forEach(receive));
  }

  publish(notice: UserEvent): void {
    if (this.waiting.push(notice) === 1) setImmediate(() => this.flush());
  }

  /** The client closes the connection. */
  async close(): Promise<void> {}

  private flush(): void {
    const notices = this.waiting;
    this.waiting = [];
    this.server.serverSideEmit(EVENT, notices);
  }

  /** The adapter ignores what `publish` comes to: a rejection that nobody handles would end the process. */
  private publisher(): object {
    const publish = (channel: string, message: string | Buffer) =>
      this.redis.commands.publish(channel, message).then(
        () => (this.isAway = false),
        (error: unknown) => this.lost(error),
      );
    return { publish, on: () => undefined };
  }

  /** Once an outage. */
  private lost(error: unknown): void {
    if (!this.isAway) this.log.warn(`notices to other instances are lost: ${String(error)}`);
    this.isAway = true;
  }
}

/** The adapter ignores these promises too; they reject where the connection is closed before the server took them. */
function quiet(subscriber: RedisConnection): RedisConnection {
  for (const name of ['subscribe', 'psubscribe', 'unsubscribe', 'punsubscribe'] as const) {
    const call = subscriber[name].bind(subscriber) as (...args: unknown[]) => Promise<unknown>;
    subscriber[name] = ((...args: unknown[]) => {
      const done = call(...args);
      done.catch(() => undefined);
      return done;
    }) as never;
  }
  return subscriber;
}
