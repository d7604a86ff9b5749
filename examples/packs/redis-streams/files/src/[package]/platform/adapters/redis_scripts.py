"""Lua scripts, which Redis runs atomically. They use the clock of the server."""

PREPARE = """
-- KEYS: streams. ARGV: groups. Creates streams and groups. A new group starts at the end of each stream.
for _, stream in ipairs(KEYS) do
  local existing = {}
  if redis.call('EXISTS', stream) == 1 then
    for _, group in ipairs(redis.call('XINFO', 'GROUPS', stream)) do existing[group[2]] = true end
  end
  for _, group in ipairs(ARGV) do
    if not existing[group] then redis.call('XGROUP', 'CREATE', stream, group, '$', 'MKSTREAM') end
  end
end
return 1
"""

PUBLISH = """
-- KEYS: a stream. ARGV: retention in milliseconds, then events. Returns 0 if the stream does not exist.
if redis.call('EXISTS', KEYS[1]) == 0 then return 0 end
local oldest = string.format('%d', math.max(0, redis.call('TIME')[1] * 1000 - ARGV[1]))
for number = 2, #ARGV do
  redis.call('XADD', KEYS[1], 'MINID', '~', oldest, '*', 'event', ARGV[number])
end
return 1
"""

RENEW = """
-- KEYS: members, owners, the number of the last lease, then streams. ARGV: a group, a member, and the duration of its
-- membership in milliseconds, 0 to leave. Assigns the partitions, and returns those of the member: number, lease,
-- position.
local group, me, lease = ARGV[1], ARGV[2], tonumber(ARGV[3])
local clock = redis.call('TIME')
local now = clock[1] * 1000 + math.floor(clock[2] / 1000)
redis.call('ZREMRANGEBYSCORE', KEYS[1], '-inf', now)
if lease > 0 then redis.call('ZADD', KEYS[1], now + lease, me) else redis.call('ZREM', KEYS[1], me) end
local members = redis.call('ZRANGE', KEYS[1], 0, -1)
table.sort(members)
local held = {}
for _, member in ipairs(members) do held[member] = {} end

local partitions = #KEYS - 3
local share = math.ceil(partitions / math.max(1, #members))
local free = {}
for partition = 1, partitions do
  local owner = redis.call('HGET', KEYS[2], partition)
  local member = owner and string.match(owner, '^%S+')
  if member and held[member] and #held[member] < share then
    table.insert(held[member], partition)
  else
    table.insert(free, partition)
  end
end
for _, partition in ipairs(free) do
  local taker = members[1]
  for _, member in ipairs(members) do
    if #held[member] < #held[taker] then taker = member end
  end
  if taker then
    table.insert(held[taker], partition)
    redis.call('HSET', KEYS[2], partition, taker .. ' ' .. redis.call('INCR', KEYS[3]))
  else
    redis.call('HDEL', KEYS[2], partition)
  end
end

local mine = {}
for _, partition in ipairs(held[me] or {}) do
  local position = false
  if redis.call('EXISTS', KEYS[partition + 3]) == 1 then
    for _, each in ipairs(redis.call('XINFO', 'GROUPS', KEYS[partition + 3])) do
      local about = {}
      for at = 1, #each, 2 do about[each[at]] = each[at + 1] end
      if about['name'] == group then position = about['last-delivered-id'] end
    end
  end
  if not position then return redis.error_reply('NOGROUP ' .. group .. ' does not exist') end
  table.insert(mine, {partition - 1, redis.call('HGET', KEYS[2], partition), position})
end
return mine
"""

COMMIT = """
-- KEYS: owners, a stream. ARGV: a group, a partition, its lease, a position. Returns 0 if another member has the lease.
if redis.call('HGET', KEYS[1], ARGV[2] + 1) ~= ARGV[3] then return 0 end
redis.call('XGROUP', 'SETID', KEYS[2], ARGV[1], ARGV[4])
return 1
"""
