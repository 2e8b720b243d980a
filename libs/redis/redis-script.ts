import { createHash } from 'node:crypto';
import { isUnknownScript } from './redis-errors.js';
import type { RedisConnection } from './connections.js';

type Argument = string | number | Buffer;

/**
 * One Lua script: atomic, as it runs alone. It is called by its hash; a server that doesn't know it (restarted, emptied,
 * another one after a failover) is sent the text, which it then knows.
 *
 * In a cluster all keys of one call must be in one slot: `RedisClient.tagged`.
 * https://redis.io/docs/latest/develop/programmability/eval-intro/
 */
export class RedisScript<Result> {
  private readonly hash: string;

  constructor(
    private readonly connection: RedisConnection,
    private readonly lua: string,
    private readonly numberOfKeys = 1,
  ) {
    this.hash = createHash('sha1').update(lua).digest('hex');
  }

  /** First the keys, then the arguments. */
  async run(...args: Argument[]): Promise<Result> {
    try {
      return (await this.connection.evalsha(this.hash, this.numberOfKeys, ...args)) as Result;
    } catch (error) {
      if (!isUnknownScript(error)) throw error;
      return (await this.connection.eval(this.lua, this.numberOfKeys, ...args)) as Result;
    }
  }
}
