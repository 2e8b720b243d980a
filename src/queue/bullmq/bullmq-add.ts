/**
 * Lua functions that put a job into its lane: what comes before them is in `bullmq-scripts.ts`. Fair tags of a lane stand
 * in one hash: `t:<tenant>`, that tenant's last one; `started`, of the job that started last, as far as it is known; `top`,
 * the greatest ever given.
 *
 * Tags begin again, where nothing waits or is delayed, by going on from `top` as if nothing had been: the order is the
 * same as from 0, and what still runs with an old tag can do no harm. They come down again before BullMQ's limit.
 */
export const ADD_FUNCTIONS = `
local function tagsOf(lane) return base .. '-tags:' .. lane end

local function fairPriority(p, id)
  local priority = tonumber(rcall('HGET', p .. id, 'priority')) or 0
  return priority > 0 and priority < LAST and priority or nil
end

local function noteStarted(lane, p, id)
  local priority = fairPriority(p, id)
  if not priority then return end
  local started = tonumber(rcall('HGET', tagsOf(lane), 'started')) or 0
  if priority > started then rcall('HSET', tagsOf(lane), 'started', priority) end
end

-- The left end of 'active' started last: so a start costs no command of ours. Those of band 'first' have no tag.
local function startedTag(p, known)
  for _, id in ipairs(rcall('LRANGE', p .. 'active', 0, 19)) do
    local priority = fairPriority(p, id)
    if priority then return math.max(known, priority) end
  end
  return known
end

-- Takes off all tags what the lowest that still counts allows. Gives back how much.
local function rebase(lane, p, started)
  local first = rcall('ZRANGE', p .. 'prioritized', 0, 0, 'WITHSCORES')
  local by = started
  if first[2] then by = math.min(started, math.floor(tonumber(first[2]) / SPAN) - 1) end
  if by <= 0 then return 0 end
  local fair = rcall('ZRANGEBYSCORE', p .. 'prioritized', '-inf', BEFORE_LAST, 'WITHSCORES')
  for i = 1, #fair, 2 do
    local score = tonumber(fair[i + 1]) - by * SPAN
    rcall('ZADD', p .. 'prioritized', string.format('%.0f', score), fair[i])
    rcall('HSET', p .. fair[i], 'priority', math.floor(score / SPAN))
  end
  for _, ids in ipairs({ rcall('ZRANGE', p .. 'delayed', 0, -1), rcall('LRANGE', p .. 'active', 0, -1) }) do
    for _, id in ipairs(ids) do
      local priority = fairPriority(p, id)
      if priority then rcall('HSET', p .. id, 'priority', math.max(1, priority - by)) end
    end
  end
  local tags = rcall('HGETALL', tagsOf(lane))
  for i = 1, #tags, 2 do
    local tag = tonumber(tags[i + 1]) - by
    if tag > 0 then rcall('HSET', tagsOf(lane), tags[i], tag) else rcall('HDEL', tagsOf(lane), tags[i]) end
  end
  return by
end

local function nextTag(lane, p, tenant, greatest)
  local known = rcall('HMGET', tagsOf(lane), 'started', 'top', 't:' .. tenant)
  local started, top, mine = tonumber(known[1]) or 0, tonumber(known[2]) or 0, tonumber(known[3]) or 0
  local isIdle = rcall('LLEN', p .. 'wait') == 0 and rcall('ZCARD', p .. 'delayed') == 0
    and rcall('ZCOUNT', p .. 'prioritized', '-inf', BEFORE_LAST) == 0
  if isIdle then
    started, mine = top, 0
    rcall('DEL', tagsOf(lane))
  else
    started = startedTag(p, started)
  end
  local tag = 1 + math.max(started, mine)
  if tag > greatest then
    rcall('HSET', tagsOf(lane), 'started', started, 'top', top)
    local by = rebase(lane, p, started)
    started, top, tag = started - by, math.max(0, top - by), math.min(tag - by, greatest)
  end
  rcall('HSET', tagsOf(lane), 'started', started, 'top', math.max(top, tag), 't:' .. tenant, tag)
  return tag
end

-- Who has waited longest is at the head; what waits no more is taken off in passing.
local function arrive(lane, p, id)
  local arrivals = base .. '-arrivals:' .. lane
  for _ = 1, 2 do
    local head = rcall('LINDEX', arrivals, 0)
    if not head or rcall('ZSCORE', p .. 'prioritized', head) then break end
    rcall('LPOP', arrivals)
  end
  rcall('RPUSH', arrivals, id)
end

local function add(id, lane, band, delay, data, tenant, now, greatest)
  if find(id) ~= 'absent' then return 0 end
  -- What is left of a finished one would make BullMQ ignore the new one.
  for _, other in ipairs(rcall('SMEMBERS', lanesKey)) do
    if rcall('EXISTS', prefixOf(other) .. id) == 1 then drop(prefixOf(other), id) end
  end
  local p = prefixOf(lane)
  if rcall('SADD', lanesKey, lane) == 1 then rcall('HSET', p .. 'meta', 'opts.maxLenEvents', 100) end
  local options = {}
  if band == 'last' then options.priority = LAST
  elseif band == 'fair' then options.priority = nextTag(lane, p, tenant, greatest) end
  if delay > 0 then options.delay = delay end
  -- The band is the job's name: so an operator sees it.
  local args = { cmsgpack.pack({ p, id, band, now }), data, cmsgpack.pack(options) }
  local meta, counter, events = p .. 'meta', p .. 'id', p .. 'events'
  if delay > 0 then
    addDelayedJob({ p .. 'marker', meta, counter, p .. 'delayed', p .. 'completed', events }, args)
    rcall('HSET', p .. id, 'since', now + delay)
  elseif options.priority then
    addPrioritizedJob({ p .. 'marker', meta, counter, p .. 'prioritized', p .. 'delayed', p .. 'completed',
      p .. 'active', events, p .. 'pc' }, args)
    if band == 'fair' then arrive(lane, p, id) end
  else
    addStandardJob({ p .. 'wait', p .. 'paused', meta, counter, p .. 'completed', p .. 'delayed', p .. 'active',
      events, p .. 'marker' }, args)
  end
  return 1
end
`;
