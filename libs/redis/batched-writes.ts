import { Cluster, type Redis } from 'ioredis';
import type { RedisConnection } from './connections.js';

/**
 * Commands that are issued in one turn of the event loop leave in one system call instead of one each: the socket is
 * corked at the first and let go at the turn's end. It is what pipelining saves, without a second queue and a second
 * promise for each command.
 */
export function batchWrites(connection: RedisConnection): void {
  if (connection instanceof Cluster) connection.on('+node', corkNode);
  else corkNode(connection);
}

function corkNode(redis: Redis): void {
  redis.on('connect', () => {
    const { stream } = redis;
    const write = stream.write.bind(stream) as (chunk: string | Buffer) => boolean;
    let corked = false;
    const letGo = () => {
      corked = false;
      stream.uncork();
    };
    stream.write = ((chunk: string | Buffer) => {
      if (!corked) {
        corked = true;
        stream.cork();
        setImmediate(letGo);
      }
      return write(chunk);
    }) as typeof stream.write;
  });
}
