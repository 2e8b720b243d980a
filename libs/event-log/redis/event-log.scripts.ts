import type { AppendResult } from '../event-log.js';

/**
 * The end of a log stands in its stream as one entry more, at the highest seq there can be: it is written in the same
 * step as the last entries, needs no second key, and is left out by readers. 2^53 - 1: exact in Lua and JavaScript.
 */
export const END_SEQ = '9007199254740991';

/** How long a log lives that has not ended, after its last append. */
const LIVE_MS = 86_400_000;

/** Results of `WRITE`. */
const [MISSING, WRITTEN, FENCED] = [0, 1, 2];
export const RESULTS: AppendResult[] = ['missing', 'written', 'fenced'];

/**
 * Appends, in one step: compares with the last id, leaves out what stands, writes the rest, sets the life time, publishes
 * what was written on the channel of the key's name.
 *
 * KEYS[1] stream. ARGV[1] `open`, `append`, or for how many ms to keep a log that these entries end; then epoch, seq,
 * event and data of each entry. That they follow on one another was checked before: here only whether the first new one
 * follows on the log: where it does not, what it follows on was lost, and the log is as good as missing.
 */
export const WRITE = `
local key, mode = KEYS[1], ARGV[1]
local count = #ARGV
local retain = mode ~= 'open' and mode ~= 'append' and mode

local function position(id)
  local dash = string.find(id, '-', 1, true)
  return tonumber(string.sub(id, 1, dash - 1)), tonumber(string.sub(id, dash + 1))
end

local from, ended = 2, false
local top = redis.call('XREVRANGE', key, '+', '-', 'COUNT', 1)[1]
if top then
  local epoch, seq = position(top[1])
  if seq == ${END_SEQ} then
    ended = true
    epoch, seq = position(redis.call('XREVRANGE', key, '+', '-', 'COUNT', 2)[2][1])
  end
  if mode == 'open' then
    while from < count and tonumber(ARGV[from]) < epoch do from = from + 4 end
  end
  local first = from
  while from < count do
    local e, s = tonumber(ARGV[from]), tonumber(ARGV[from + 1])
    if e > epoch or (e == epoch and s > seq) then break end
    from = from + 4
  end
  if from > count then
    if first > count or tonumber(ARGV[count - 3]) ~= epoch then return ${FENCED} end
    if not retain or ended then return ${WRITTEN} end
  else
    if ended or tonumber(ARGV[first]) < epoch then return ${FENCED} end
    local e, s = tonumber(ARGV[from]), tonumber(ARGV[from + 1])
    if s ~= (e == epoch and seq + 1 or 0) then return ${MISSING} end
  end
elseif mode ~= 'open' then
  return ${MISSING}
end

local notice = {}
for i = from, count, 4 do
  local id = ARGV[i] .. '-' .. ARGV[i + 1]
  if top then
    redis.call('XADD', key, 'NOMKSTREAM', id, ARGV[i + 2], ARGV[i + 3])
  else
    redis.call('XADD', key, id, ARGV[i + 2], ARGV[i + 3])
  end
  notice[#notice + 1] = id .. '\\n' .. ARGV[i + 2] .. '\\n' .. ARGV[i + 3]
end
if #notice > 0 then redis.call('PUBLISH', key, table.concat(notice, '\\n')) end
if retain == '0' then
  redis.call('DEL', key)
elseif retain then
  redis.call('XADD', key, ARGV[count - 3] .. '-${END_SEQ}', 'end', '')
  redis.call('PEXPIRE', key, retain)
else
  redis.call('PEXPIRE', key, ${LIVE_MS})
end
return ${WRITTEN}
`;

/**
 * Closes the log behind its newest entry, or shortens the life of one that has ended. 1: it has ended now; 0: missing.
 * KEYS[1] stream. ARGV: event, data, for how many ms to keep it.
 */
export const SEAL = `
local key, retain = KEYS[1], ARGV[3]
local top = redis.call('XREVRANGE', key, '+', '-', 'COUNT', 1)[1]
if not top then return 0 end
local epoch, seq = string.match(top[1], '^(%d+)-(%d+)$')
if seq == '${END_SEQ}' then
  if redis.call('PTTL', key) > tonumber(retain) then redis.call('PEXPIRE', key, retain) end
  return 1
end
local id = epoch .. '-' .. string.format('%.0f', tonumber(seq) + 1)
redis.call('XADD', key, id, ARGV[1], ARGV[2])
redis.call('PUBLISH', key, id .. '\\n' .. ARGV[1] .. '\\n' .. ARGV[2])
redis.call('XADD', key, epoch .. '-${END_SEQ}', 'end', '')
redis.call('PEXPIRE', key, retain)
return 1
`;

/** The first entry of the log and the first of its newest epoch; nothing where there is no log. KEYS[1] stream. */
export const HEADS = `
local top = redis.call('XREVRANGE', KEYS[1], '+', '-', 'COUNT', 1)[1]
if not top then return false end
local epoch = string.match(top[1], '^%d+')
return {
  redis.call('XRANGE', KEYS[1], '-', '+', 'COUNT', 1)[1],
  redis.call('XRANGE', KEYS[1], epoch .. '-0', '+', 'COUNT', 1)[1],
}
`;
