/**
 * Lua scripts of the Redis session store. A session is a hash that Redis drops at its end; `<users><user id>` is a sorted
 * set of the ids of a user's sessions by their end, which drops what is over whenever it is touched, and itself goes with
 * the last of them. All keys have one hash tag: a script finds a session's user only by reading it.
 *
 * Time is Redis' own, so that all instances agree.
 */
const COMMON = `
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local function fields(key)
  return redis.call('HMGET', key, 'user', 'created', 'used', 'expires', 'address', 'agent', 'token')
end
local function index(users, user, id, expires)
  local key = users .. user
  redis.call('ZREMRANGEBYSCORE', key, '-inf', now)
  redis.call('ZADD', key, expires, id)
  redis.call('PEXPIREAT', key, redis.call('ZRANGE', key, -1, -1, 'WITHSCORES')[2])
end
`;

/** KEYS[1] session. ARGV: users, id, user, created, used, expires, address, agent, token. */
export const CREATE = `${COMMON}
if tonumber(ARGV[6]) <= now then return end
redis.call('HSET', KEYS[1], 'user', ARGV[3], 'created', ARGV[4], 'used', ARGV[5], 'expires', ARGV[6],
  'address', ARGV[7], 'agent', ARGV[8], 'token', ARGV[9], 'tokenUsed', 0)
redis.call('PEXPIREAT', KEYS[1], ARGV[6])
index(ARGV[1], ARGV[3], ARGV[2], ARGV[6])
`;

/**
 * KEYS[1] session. ARGV: users, id, token, grace in ms, expires, who. The rules stand on SessionStore; `by` is `<token>
 * <who>`. An older build notes neither who nor what was shared.
 */
export const ROTATE = `${COMMON}
local found = redis.call('HMGET', KEYS[1], 'user', 'token', 'tokenUsed', 'by', 'shared', 'sharedToken')
if not found[1] then return false end
local token, newest, shared = tonumber(ARGV[3]), tonumber(found[2]), 0
local function ends(why)
  redis.call('DEL', KEYS[1])
  redis.call('ZREM', ARGV[1] .. found[1], ARGV[2])
  return why
end
if token > newest then
  redis.call('HSET', KEYS[1], 'token', token, 'tokenUsed', now, 'by', token .. ' ' .. ARGV[6])
  if tonumber(found[6] or -1) ~= newest then redis.call('HDEL', KEYS[1], 'shared') end
elseif token ~= newest and not (token == newest - 1 and now - found[3] < tonumber(ARGV[4])) then
  return ends('reused')
else
  local by, first = found[4] or '', newest .. ' '
  if string.sub(by, 1, #first) == first and by ~= first .. ARGV[6] then
    shared = 1
    local times = redis.call('HINCRBY', KEYS[1], 'shared', 1)
    if times >= 3 then return ends('shared') end
    redis.call('HSET', KEYS[1], 'sharedToken', newest)
  end
end
redis.call('HSET', KEYS[1], 'used', now, 'expires', ARGV[5])
local session = fields(KEYS[1])
redis.call('PEXPIREAT', KEYS[1], ARGV[5])
index(ARGV[1], found[1], ARGV[2], ARGV[5])
return { session, shared, token > newest + 1 and 1 or 0 }
`;

/** KEYS[1] session. */
export const TOUCH = `${COMMON}
if redis.call('EXISTS', KEYS[1]) == 1 then redis.call('HSET', KEYS[1], 'used', now) end
`;

/** KEYS[1] a user's set. ARGV: sessions (what their keys begin with). Gives back id and fields of each. */
export const LIST = `${COMMON}
local found = {}
for _, id in ipairs(redis.call('ZRANGE', KEYS[1], 0, -1)) do
  local session = fields(ARGV[1] .. id)
  if session[1] then found[#found + 1] = { id, session } end
end
return found
`;

/** KEYS[1] session. ARGV: users, id. */
export const REMOVE = `
local user = redis.call('HGET', KEYS[1], 'user')
if not user then return 0 end
redis.call('ZREM', ARGV[1] .. user, ARGV[2])
return redis.call('DEL', KEYS[1])
`;

/** KEYS[1] a user's set. ARGV: sessions, the id to keep. Gives back the ids removed. */
export const REMOVE_BY_USER = `
local gone = {}
for _, id in ipairs(redis.call('ZRANGE', KEYS[1], 0, -1)) do
  if id ~= ARGV[2] then
    if redis.call('DEL', ARGV[1] .. id) == 1 then gone[#gone + 1] = id end
    redis.call('ZREM', KEYS[1], id)
  end
end
return gone
`;
