/** KEYS of both. 1: ids by the time of Redis, in ms, at which each was last renewed; 2: their entries. */

const NOW = `
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
`;

const KEEP = `
redis.call('ZADD', KEYS[1], now, ARGV[2])
redis.call('PEXPIRE', KEYS[1], ARGV[1])
redis.call('PEXPIRE', KEYS[2], ARGV[1])
`;

/**
 * ARGV: life in ms; id and entry of who asks, which are renewed, or nothing. Gives back the entries of all that live.
 */
export const RENEW_AND_LIST = `${NOW}
for _, id in ipairs(redis.call('ZRANGEBYSCORE', KEYS[1], '-inf', now - ARGV[1])) do
  redis.call('ZREM', KEYS[1], id)
  redis.call('HDEL', KEYS[2], id)
end
if ARGV[2] then
  redis.call('HSET', KEYS[2], ARGV[2], ARGV[3])
  ${KEEP}
end
return redis.call('HVALS', KEYS[2])
`;

/** ARGV: life in ms, id, entry. Keeps who is listed there; enters the entry only where a Redis has lost it. */
export const BEAT = `${NOW}
redis.call('HSETNX', KEYS[2], ARGV[2], ARGV[3])
${KEEP}
`;

/** ARGV: id. */
export const LEAVE = `
redis.call('ZREM', KEYS[1], ARGV[1])
redis.call('HDEL', KEYS[2], ARGV[1])
`;
