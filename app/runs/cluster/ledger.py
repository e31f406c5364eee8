"""The state of every long run, in Redis: servers read it, workers claim runs in it.

Times are those of the calling machines: their clocks should agree within a second or two.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from time import time
from typing import Any, Literal, cast

import orjson
from redis import Redis
from redis.backoff import NoBackoff
from redis.exceptions import ConnectionError as RedisConnectionError
from redis.retry import Retry

from ...core.errors import LensError, named_error
from ...lstm import Problem
from ..long import RunState, Status
from . import scripts

#: Timeout in seconds of one call.
TIMEOUT = 1.0
#: Seconds for which an ended run is remembered, and an open one after its last heartbeat.
KEEP_SECONDS = 86_400
#: Seconds after which a reader of events that has not renewed its registration no longer counts.
READER_SECONDS = 10
#: Seconds between two searches for orphaned runs, over all processes.
ORPHANS_EVERY = 5
_ROOT = "lens"
#: The kind of an open run: requested singly, or part of a corpus.
QueueKind = Literal["runs", "corpora"]


@dataclass(frozen=True)
class RunEntry:
    """A run's state. stale: whether its heartbeat, or its message while it waits, is overdue."""

    state: RunState
    stale: bool


class Ledger:
    """The ledger. Thread-safe. Every method may raise `redis.exceptions.RedisError`, and takes at most
    twice TIMEOUT."""

    def __init__(self, url: str) -> None:
        retry = Retry(NoBackoff(), 1, supported_errors=(RedisConnectionError,))  # a connection that was cut in between
        self._redis = Redis.from_url(
            url,
            decode_responses=True,
            socket_timeout=TIMEOUT,
            socket_connect_timeout=TIMEOUT,
            health_check_interval=25,
            retry=retry,
        )
        names = ("OPEN", "CLAIM", "BEAT", "FINISH", "PUT_BACK", "CANCEL", "LEAVE", "REQUEUE")
        self._scripts = {name: self._redis.register_script(getattr(scripts, name)) for name in names}

    def open(self, run_id: str, total: int, kind: QueueKind, limit: int) -> Literal["new", "found", "full"]:
        """Enter a waiting run, unless it waits or runs already ("found"), or `limit` is reached ("full")."""
        keys = [*_keys(run_id), _open_key(kind)]
        found = self._scripts["OPEN"](keys, [time(), run_id, total, limit, KEEP_SECONDS])
        return cast(Literal["new", "found", "full"], found)

    def free_slots(self, kind: QueueKind, limit: int) -> int:
        """How many more runs may wait."""
        return limit - int(self._redis.zcard(_open_key(kind)))

    def entries(self, run_ids: Sequence[str]) -> list[RunEntry | None]:
        """The entries of runs, None for those that are not (or no longer) remembered."""
        asked = self._redis.pipeline(transaction=False)
        for run_id in run_ids:
            asked.hgetall(_keys(run_id)[0])
        return [_entry(found) if found else None for found in asked.execute()]

    def claim(self, run_id: str, token: str) -> bool:
        """Whether the worker with this token may compute it; no other may then, while its heartbeats arrive."""
        return bool(self._ask("CLAIM", run_id, token))

    def beat(self, run_id: str, token: str, done: int) -> bool:
        """Record a heartbeat with the progress; returns whether the run is still wanted."""
        return bool(self._ask("BEAT", run_id, token, done, KEEP_SECONDS))

    def finish(self, run_id: str, token: str, status: Status, error: LensError | None = None) -> bool:
        """Record how the run ended; returns False if the token no longer holds the claim."""
        encoded = b"" if error is None else orjson.dumps([type(error).__name__, [tuple(p) for p in error.problems]])
        return bool(self._ask("FINISH", run_id, token, status, encoded, KEEP_SECONDS))

    def put_back(self, run_id: str, token: str, *, died: bool) -> int:
        """Put the run back to waiting; returns how often its process has died."""
        return int(self._ask("PUT_BACK", run_id, token, int(died)))

    def cancel(self, run_id: str) -> bool:
        """Cancel a run; returns whether it is over now. A running one ends at its next heartbeat."""
        return bool(self._ask("CANCEL", run_id))

    def leave(self, run_id: str) -> bool:
        """Cancel once no client reads its events; returns whether it is over now."""
        return bool(self._ask("LEAVE", run_id, 1, ""))

    def add_reader(self, run_id: str, reader: str) -> None:
        """Register a reader of its events, for READER_SECONDS."""
        key = _keys(run_id)[1]
        self._redis.zadd(key, {reader: time() + READER_SECONDS})
        self._redis.expire(key, 6 * READER_SECONDS)

    def remove_reader(self, run_id: str, reader: str) -> bool:
        """Remove a reader; returns whether the run is over now, because its requester had left."""
        return bool(self._ask("LEAVE", run_id, 0, reader))

    def orphaned(self, queued: Sequence[str]) -> list[tuple[str, QueueKind]]:
        """Open runs that are in no queue and have no live worker; they are to be requeued.

        queued: the ids in the queues, read before this call.
        """
        found: list[tuple[str, QueueKind]] = []
        waiting = set(queued)
        kinds: tuple[QueueKind, ...] = ("runs", "corpora")
        for kind in kinds:
            run_ids = cast(list[str], self._redis.zrange(_open_key(kind), 0, -1))
            for run_id, entry in zip(run_ids, self.entries(run_ids), strict=True):
                if entry is None:
                    self._redis.zrem(_open_key(kind), run_id)
                elif entry.stale and run_id not in waiting and self._ask("REQUEUE", run_id):
                    found.append((run_id, kind))
        return found

    def may_look_for_orphans(self) -> bool:
        """Whether it is time to search for orphaned runs; at most one caller gets True every ORPHANS_EVERY seconds."""
        return bool(self._redis.set(f"{_ROOT}:looking", 1, nx=True, ex=ORPHANS_EVERY))

    def record_alive(self, worker: str, seconds: int) -> None:
        """Record that a worker is alive, for so many seconds."""
        self._redis.set(f"{_ROOT}:worker:{worker}", 1, ex=seconds)

    def is_alive(self, worker: str) -> bool:
        """Whether a worker is recorded as alive."""
        return bool(self._redis.exists(f"{_ROOT}:worker:{worker}"))

    def _ask(self, name: str, run_id: str, *arguments: Any) -> Any:
        return self._scripts[name](_keys(run_id), [time(), *arguments])


def _keys(run_id: str) -> list[str]:
    return [f"{_ROOT}:run:{run_id}", f"{_ROOT}:readers:{run_id}"]


def _open_key(kind: QueueKind) -> str:
    return f"{_ROOT}:open:{kind}"


def _entry(found: dict[str, str]) -> RunEntry:
    now = time()
    status = cast(Status, found["status"])
    state = RunState(
        trace_id=found["id"],
        status=status,
        done=int(found["done"]),
        total=int(found["total"]),
        seconds=max(0.0, float(found.get("ended", now)) - float(found["started"])),
        error=_error(found.get("error", "")),
    )
    last = found.get("beat" if status == "running" else "queued", "0")
    return RunEntry(state, not state.over and now - float(last) > scripts.ORPHANED_AFTER)


def _error(encoded: str) -> LensError | None:
    if not encoded:
        return None
    name, problems = orjson.loads(encoded)
    return named_error(name, [Problem(tuple(path), *parts) for path, *parts in problems])
