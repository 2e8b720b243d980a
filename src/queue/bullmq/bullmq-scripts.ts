import * as bullmq from 'bullmq/dist/cjs/scripts/index.js';
import { LAST_PRIORITY } from './bullmq-names.js';
import { ADD_FUNCTIONS } from './bullmq-add.js';

/**
 * BullMQ's own script as a Lua function `<name>(KEYS, ARGV)`. So several of its steps and ours are one atomic command, and
 * how BullMQ keeps its jobs stays written in BullMQ. The price: its version is fixed, and a new one must pass our specs.
 */
function own(...names: Array<keyof typeof bullmq>): string {
  return names.map((name) => `local function ${name}(KEYS, ARGV)\n${bullmq[name].content}\nend`).join('\n');
}

/**
 * What all scripts begin with. KEYS[1] is the set of lanes, by the names of their queues; ARGV[1] what all keys begin
 * with. The other keys are made here: they share the hash tag, so a cluster keeps them on one node.
 */
const HEAD = `
local rcall = redis.call
local base, lanesKey = ARGV[1], KEYS[1]
local LAST, SPAN = ${LAST_PRIORITY}, 4294967296
-- In 'prioritized' the score is priority * SPAN + a counter.
local BEFORE_LAST = '(' .. string.format('%.0f', LAST * SPAN)

local function prefixOf(lane) return base .. ':' .. lane .. ':' end

-- Where a job of this lane stands. 'over': what is left of one that BullMQ is done with.
local function stateIn(p, id)
  if rcall('EXISTS', p .. id) == 0 then return 'absent' end
  if rcall('ZSCORE', p .. 'prioritized', id) then return 'waiting' end
  if rcall('ZSCORE', p .. 'delayed', id) then return 'delayed' end
  if rcall('EXISTS', p .. id .. ':lock') == 1 then return 'running' end
  if rcall('LPOS', p .. 'wait', id) then return 'waiting' end
  -- Its lock ran out, and nobody has noticed yet.
  if rcall('LPOS', p .. 'active', id) then return 'running' end
  return 'over'
end

local function find(id)
  for _, lane in ipairs(rcall('SMEMBERS', lanesKey)) do
    local p = prefixOf(lane)
    local state = stateIn(p, id)
    if state ~= 'absent' and state ~= 'over' then return state, p end
  end
  return 'absent'
end
`;

const REMOVE_FUNCTION = `${own('removeJob')}
local function drop(p, id) return removeJob({ p .. id, p .. 'repeat' }, { id, '0', p }) end
`;

/** ARGV: base, id, queue, band, delay, data, tenant, now, greatest tag. 1: added, 0: it is there already. */
export const ADD = `${HEAD}${REMOVE_FUNCTION}${own('addStandardJob', 'addPrioritizedJob', 'addDelayedJob')}
${ADD_FUNCTIONS}
return add(ARGV[2], ARGV[3], ARGV[4], tonumber(ARGV[5]), ARGV[6], ARGV[7], ARGV[8], tonumber(ARGV[9]))
`;

/** ARGV: base, id. 1: removed by this call. */
export const REMOVE = `${HEAD}${REMOVE_FUNCTION}
local id = ARGV[2]
local state, p = find(id)
if state ~= 'waiting' and state ~= 'delayed' then return 0 end
return drop(p, id)
`;

/** ARGV: base, id. */
export const STATE = `${HEAD}
return (find(ARGV[2]))
`;

/**
 * Moves a running job back into line, or adds it anew where it is gone. One that another worker has by now, or that waits
 * again, is left alone.
 * ARGV: base, id, queue, band, delay, data, now, token.
 */
export const PUT_BACK = `${HEAD}${REMOVE_FUNCTION}
${own('addStandardJob', 'addPrioritizedJob', 'addDelayedJob', 'moveJobFromActiveToWait', 'moveToDelayed')}
${ADD_FUNCTIONS}
local id, lane, band, delay, data, now, token = unpack(ARGV, 2, 8)
delay = tonumber(delay)
local state, p = find(id)
if state == 'absent' then return add(id, lane, band, delay, data, '', now, 0) end
p = prefixOf(lane)
local key = p .. id
local lock = rcall('GET', key .. ':lock')
if lock and lock ~= token then return 0 end
if not lock then
  if stateIn(p, id) ~= 'running' then return 0 end
  rcall('SET', key .. ':lock', token, 'PX', 1000)
end
noteStarted(lane, p, id)
rcall('HSET', key, 'priority', band == 'last' and LAST or 0, 'since', now + delay)
if delay > 0 then
  moveToDelayed({ p .. 'marker', p .. 'active', p .. 'prioritized', p .. 'delayed', key, p .. 'events', p .. 'meta',
    p .. 'stalled', p .. 'wait', p .. 'limiter', p .. 'pc' }, { p, now, id, token, tostring(delay), '1', '', '0', '' })
else
  moveJobFromActiveToWait({ p .. 'active', p .. 'wait', p .. 'stalled', p .. 'paused', p .. 'meta', p .. 'limiter',
    p .. 'prioritized', p .. 'marker', p .. 'events' }, { id, token, key })
  -- BullMQ wakes nobody for a prioritized job that is handed back.
  rcall('ZADD', p .. 'marker', 0, '0')
end
return 1
`;

/** ARGV: base, ids as JSON. Gives back as many numbers: the position, or 0. */
export const POSITIONS = `${HEAD}
local ids = cjson.decode(ARGV[2])
local found = {}
for i = 1, #ids do found[i] = 0 end
for _, lane in ipairs(rcall('SMEMBERS', lanesKey)) do
  local p = prefixOf(lane)
  local places = {}
  -- The right end is served first.
  local ahead = rcall('LRANGE', p .. 'wait', 0, -1)
  for i, id in ipairs(ahead) do places[id] = #ahead - i + 1 end
  local fair = rcall('ZCOUNT', p .. 'prioritized', '-inf', BEFORE_LAST)
  -- Few are asked for one by one; for many, the whole line is read once.
  local isFew = #ids * 8 < fair
  if fair > 0 and not isFew then
    for i, id in ipairs(rcall('ZRANGE', p .. 'prioritized', 0, fair - 1)) do places[id] = #ahead + i end
  end
  for i, id in ipairs(ids) do
    local place = places[id]
    if not place and fair > 0 and isFew then
      local rank = rcall('ZRANK', p .. 'prioritized', id)
      place = rank and rank < fair and #ahead + rank + 1
    end
    if place then found[i] = place end
  end
end
return found
`;

/** ARGV: base, now. Gives back waiting, running, since when the oldest waits (0: none does), starts in ten seconds. */
export const STATS = `${HEAD}
local now = tonumber(ARGV[2])
local waiting, running, oldest = 0, 0, now
local function look(p, id)
  local since = rcall('HMGET', p .. id, 'since', 'timestamp')
  oldest = math.min(oldest, tonumber(since[1] or since[2]) or now)
end
for _, lane in ipairs(rcall('SMEMBERS', lanesKey)) do
  local p = prefixOf(lane)
  local fair = rcall('ZCOUNT', p .. 'prioritized', '-inf', BEFORE_LAST)
  waiting = waiting + rcall('LLEN', p .. 'wait') + fair + rcall('ZCARD', p .. 'delayed')
  running = running + rcall('LLEN', p .. 'active')
  for _, id in ipairs(rcall('LRANGE', p .. 'wait', -10, -1)) do look(p, id) end
  local arrivals = base .. '-arrivals:' .. lane
  for _ = 1, 100 do
    local id = rcall('LINDEX', arrivals, 0)
    if not id then break end
    if rcall('ZSCORE', p .. 'prioritized', id) then look(p, id) break end
    rcall('LPOP', arrivals)
  end
end
local second = tonumber(rcall('TIME')[1])
local starts = 0
for i = 0, 9 do starts = starts + (tonumber(rcall('GET', base .. '-starts:' .. second - i)) or 0) end
return { waiting, running, now - oldest, starts }
`;

/**
 * A worker's pulse: counts its starts, renews the lanes' limits (a server that was emptied has forgotten them), wakes
 * workers where there is room and something waits, and tells which lanes there are.
 * ARGV: base, starts since the last time, then queue and limit of each limited lane.
 */
export const PULSE = `${HEAD}
local starts = tonumber(ARGV[2])
if starts > 0 then
  local key = base .. '-starts:' .. rcall('TIME')[1]
  rcall('INCRBY', key, starts)
  rcall('EXPIRE', key, 15)
end
local limits = {}
for i = 3, #ARGV, 2 do
  limits[ARGV[i]] = ARGV[i + 1]
  rcall('SADD', lanesKey, ARGV[i])
end
local lanes = rcall('SMEMBERS', lanesKey)
for _, lane in ipairs(lanes) do
  local p = prefixOf(lane)
  local limit = limits[lane]
  local known = rcall('HMGET', p .. 'meta', 'concurrency', 'paused')
  if limit and known[1] ~= limit then rcall('HSET', p .. 'meta', 'concurrency', limit) end
  if known[1] and not limit then rcall('HDEL', p .. 'meta', 'concurrency') end
  local waits = rcall('LLEN', p .. 'wait') + rcall('ZCARD', p .. 'prioritized') > 0
  local hasRoom = not limit or rcall('LLEN', p .. 'active') < tonumber(limit)
  if waits and hasRoom and not known[2] then rcall('ZADD', p .. 'marker', 0, '0') end
end
return lanes
`;
