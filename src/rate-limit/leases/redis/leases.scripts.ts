/**
 * Lua scripts of the Redis leases. KEYS[1]: a holder's places, KEYS[2]: those of all; sorted sets by the time of Redis, in
 * ms, at which each was taken last. A member of the first is an id, of the second holder and id as JSON. ARGV[1]: how long
 * a lease lives, ms.
 */
const COMMON = `
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local life = tonumber(ARGV[1])
local function holds(id)
  local since = redis.call('ZSCORE', KEYS[1], id)
  return since and tonumber(since) > now - life
end
local function note(id, member)
  redis.call('ZADD', KEYS[1], now, id)
  redis.call('ZADD', KEYS[2], now, member)
  for _, key in ipairs(KEYS) do
    redis.call('ZREMRANGEBYSCORE', key, '-inf', now - life)
    redis.call('PEXPIRE', key, ARGV[1])
  end
end
`;

/** ARGV: life, id, member, limit. */
export const TAKE = `${COMMON}
local others = redis.call('ZCOUNT', KEYS[1], '(' .. (now - life), '+inf')
if not holds(ARGV[2]) and others >= tonumber(ARGV[4]) then return 0 end
note(ARGV[2], ARGV[3])
return 1
`;

/** ARGV: life, id, member. */
export const RENEW = `${COMMON}
if holds(ARGV[2]) then note(ARGV[2], ARGV[3]) end
`;

/** ARGV: life, id, member. */
export const FREE = `
redis.call('ZREM', KEYS[1], ARGV[2])
redis.call('ZREM', KEYS[2], ARGV[3])
`;

/** ARGV: life, id. */
export const HOLDS = `${COMMON}
return holds(ARGV[2]) and 1 or 0
`;

/** KEYS[1] only. */
export const COUNT = `${COMMON}
return redis.call('ZCOUNT', KEYS[1], '(' .. (now - life), '+inf')
`;

/** KEYS[1]: the places of all. ARGV: life, age in ms, limit. Gives back member and age of each. */
export const OLDER_THAN = `${COMMON}
local oldest, youngest = '(' .. (now - life), now - ARGV[2]
local found = redis.call('ZRANGEBYSCORE', KEYS[1], oldest, youngest, 'WITHSCORES', 'LIMIT', 0, ARGV[3])
for i = 2, #found, 2 do found[i] = now - found[i] end
return found
`;
