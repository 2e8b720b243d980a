import type { RedisClient, RedisScript } from '../../../libs/redis/index.js';

/** How long after the last one came a tenant is forgotten, s: also what a process left over that died. */
const KEPT_S = 3600;

/** ARGV: id, priority of what is next in line, greatest priority, how long to keep it. Gives back the id's priority. */
const ENTER = `
local key, id, front = KEYS[1], ARGV[1], tonumber(ARGV[2])
redis.call('ZREM', key, id)
local last = tonumber(redis.call('ZREVRANGE', key, 0, 0, 'WITHSCORES')[2]) or 0
local count = redis.call('ZCARD', key) + 1
local priority = math.min(math.max(front, last) + 1, front + count, tonumber(ARGV[3]))
redis.call('ZADD', key, priority, id)
redis.call('EXPIRE', key, ARGV[4])
return priority
`;

/**
 * What each tenant has in flight in each lane, waiting and running: a sorted set of ids by their priorities.
 *
 * A job's priority is one more than its tenant's last one, but no further from what is next in line than its tenant has
 * jobs in flight. The first of a tenant is one behind what is next.
 */
export class InFlight {
  private readonly script: RedisScript<number>;

  /** `greatest`: no priority is above. */
  constructor(
    private readonly redis: RedisClient,
    private readonly greatest: number,
  ) {
    this.script = redis.script(ENTER);
  }

  /** Gives back the job's priority. `front`: that of what is next in line, 0 where nothing waits. */
  enter(lane: string, tenant: string, id: string, front: number): Promise<number> {
    return this.script.run(this.key(lane, tenant), id, front, this.greatest, KEPT_S);
  }

  /** Best effort: what stays is a job too many for an hour. */
  leave(lane: string, tenant: string, id: string): void {
    this.redis.commands.zrem(this.key(lane, tenant), id).catch(() => {});
  }

  private key(lane: string, tenant: string): string {
    return this.redis.key('in-flight', `${lane}:${tenant}`);
  }
}
