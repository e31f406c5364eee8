"""Atomic changes of a run's state: Lua scripts, which Redis runs one at a time.

KEYS: the hash of a run, the readers of its events, then the sets of open runs where needed. ARGV: first the time. While
a run is computed, `worker` holds the token of its claim, so that a worker that lost its claim, and does not know it,
changes nothing.
"""

#: Seconds without a heartbeat after which a running run is orphaned; and without a message, a waiting one.
ORPHANED_AFTER = 10

_OVER = """
local function finish(status)
  redis.call('HSET', KEYS[1], 'status', status, 'ended', ARGV[1])
  redis.call('HDEL', KEYS[1], 'worker')
  redis.call('ZREM', redis.call('HGET', KEYS[1], 'among'), redis.call('HGET', KEYS[1], 'id'))
end
"""

_STALE = f"""
local function stale(field)
  return tonumber(ARGV[1]) - tonumber(redis.call('HGET', KEYS[1], field) or 0) > {ORPHANED_AFTER}
end
"""

#: ARGV: time, id, timesteps, limit on open runs, seconds to remember. KEYS[3]: the set of open runs to add it to.
OPEN = """
local found = redis.call('HMGET', KEYS[1], 'status', 'cancel')
if (found[1] == 'waiting' or found[1] == 'running') and found[2] == '0' then
  redis.call('HSET', KEYS[1], 'left', 0)
  return 'found'
end
redis.call('ZREM', KEYS[3], ARGV[2])
if redis.call('ZCARD', KEYS[3]) >= tonumber(ARGV[4]) then return 'full' end
redis.call('DEL', KEYS[1])
redis.call('HSET', KEYS[1], 'id', ARGV[2], 'status', 'waiting', 'done', 0, 'total', ARGV[3], 'started', ARGV[1],
  'queued', ARGV[1], 'left', 0, 'cancel', 0, 'deaths', 0, 'among', KEYS[3])
redis.call('EXPIRE', KEYS[1], ARGV[5])
redis.call('ZADD', KEYS[3], ARGV[1], ARGV[2])
return 'new'
"""

#: ARGV: time, token. Returns whether the caller may compute the run.
CLAIM = (
    _STALE
    + """
local status = redis.call('HGET', KEYS[1], 'status')
if status == 'waiting' or (status == 'running' and stale('beat')) then
  redis.call('HSET', KEYS[1], 'status', 'running', 'beat', ARGV[1], 'worker', ARGV[2])
  return 1
end
return 0
"""
)

#: ARGV: time, token, timesteps done, seconds to remember. Returns whether the run is still wanted.
BEAT = """
if redis.call('HGET', KEYS[1], 'worker') ~= ARGV[2] then return 0 end
redis.call('HSET', KEYS[1], 'beat', ARGV[1], 'done', ARGV[3])
redis.call('EXPIRE', KEYS[1], ARGV[4])
local found = redis.call('HMGET', KEYS[1], 'cancel', 'left')
if found[1] == '1' then return 0 end
if found[2] == '1' and redis.call('ZCOUNT', KEYS[2], ARGV[1], '+inf') == 0 then
  redis.call('HSET', KEYS[1], 'cancel', 1)
  return 0
end
return 1
"""

#: ARGV: time, token, status, error, seconds to remember. Returns whether the token held the claim.
FINISH = (
    _OVER
    + """
if redis.call('HGET', KEYS[1], 'worker') ~= ARGV[2] then return 0 end
finish(ARGV[3])
redis.call('HSET', KEYS[1], 'error', ARGV[4])
if ARGV[3] == 'done' then redis.call('HSET', KEYS[1], 'done', redis.call('HGET', KEYS[1], 'total')) end
redis.call('EXPIRE', KEYS[1], ARGV[5])
return 1
"""
)

#: ARGV: time, token, 1 if its process died. Returns the number of deaths; 0 if the token did not hold the claim.
PUT_BACK = """
if redis.call('HGET', KEYS[1], 'worker') ~= ARGV[2] then return 0 end
redis.call('HDEL', KEYS[1], 'worker')
redis.call('HSET', KEYS[1], 'status', 'waiting', 'queued', ARGV[1], 'done', 0)
return redis.call('HINCRBY', KEYS[1], 'deaths', ARGV[3])
"""

_CANCEL = (
    _OVER
    + _STALE
    + """
local function cancel()
  local status = redis.call('HGET', KEYS[1], 'status')
  if status == 'waiting' or (status == 'running' and stale('beat')) then
    finish('cancelled')
    return 1
  end
  if status == 'running' then redis.call('HSET', KEYS[1], 'cancel', 1) end
  return 0
end
"""
)

#: ARGV: time. Returns whether the run is over now; a running one ends at its next heartbeat.
CANCEL = _CANCEL + "return cancel()"

#: ARGV: time, 1 if a waiting client left, reader or nothing. Like CANCEL, once nobody reads the events.
LEAVE = (
    _CANCEL
    + """
if redis.call('EXISTS', KEYS[1]) == 0 then return 0 end
if ARGV[2] == '1' then redis.call('HSET', KEYS[1], 'left', 1) end
redis.call('ZREM', KEYS[2], ARGV[3])
if redis.call('HGET', KEYS[1], 'left') == '1' and redis.call('ZCOUNT', KEYS[2], ARGV[1], '+inf') == 0 then
  return cancel()
end
return 0
"""
)

#: ARGV: time. For an orphaned run in no queue: returns whether it is to be queued again.
REQUEUE = (
    _OVER
    + _STALE
    + """
local found = redis.call('HMGET', KEYS[1], 'status', 'cancel')
if not ((found[1] == 'running' and stale('beat')) or (found[1] == 'waiting' and stale('queued'))) then return 0 end
if found[2] == '1' then
  finish('cancelled')
  return 0
end
redis.call('HDEL', KEYS[1], 'worker')
redis.call('HSET', KEYS[1], 'status', 'waiting', 'queued', ARGV[1])
return 1
"""
)
