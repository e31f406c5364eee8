"""Where every long run stands, in Redis, so that each server can tell of it and each worker takes it up.

Times are those of the machines that ask: their clocks should agree within a second or two.
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

#: Seconds that an answer may take.
TIMEOUT = 1.0
#: Seconds for which a run that is over is remembered, and for which one under way is beyond its last beat.
KEEP_SECONDS = 86_400
#: Seconds for which a reader of events counts who has not said that it is still there.
READER_SECONDS = 10
#: Seconds between two looks for runs that were lost, of whoever looks.
ORPHANS_EVERY = 5
_ROOT = "lens"
#: Open runs that were asked for one by one, and those of corpora.
Among = Literal["runs", "corpora"]


@dataclass(frozen=True)
class RunEntry:
    """A run's state, and whether nobody seems to be at it."""

    state: RunState
    stale: bool


class Ledger:
    """Every method may raise `redis.exceptions.RedisError`, and takes at most twice TIMEOUT. For any thread."""

    def __init__(self, url: str) -> None:
        retry = Retry(NoBackoff(), 1, supported_errors=(RedisConnectionError,))  # a connection that was cut meanwhile
        self._redis = Redis.from_url(
            url,
            decode_responses=True,
            socket_timeout=TIMEOUT,
            socket_connect_timeout=TIMEOUT,
            health_check_interval=25,
            retry=retry,
        )
        names = ("OPEN", "CLAIM", "BEAT", "FINISH", "PUT_BACK", "CANCEL", "LEAVE", "MISS")
        self._scripts = {name: self._redis.register_script(getattr(scripts, name)) for name in names}

    def open(self, run_id: str, total: int, among: Among, limit: int) -> Literal["new", "found", "full"]:
        """Let a run wait, unless it does or is computed, or too many do."""
        keys = [*_keys(run_id), _open_key(among)]
        found = self._scripts["OPEN"](keys, [time(), run_id, total, limit, KEEP_SECONDS])
        return cast(Literal["new", "found", "full"], found)

    def free_slots(self, among: Among, limit: int) -> int:
        """How many more may wait."""
        return limit - int(self._redis.zcard(_open_key(among)))

    def entries(self, run_ids: Sequence[str]) -> list[RunEntry | None]:
        """Where runs stand, None for those that nobody remembers."""
        asked = self._redis.pipeline(transaction=False)
        for run_id in run_ids:
            asked.hgetall(_keys(run_id)[0])
        return [_entry(found) if found else None for found in asked.execute()]

    def claim(self, run_id: str, token: str) -> bool:
        """Whether the one with this token may compute it; nobody else may then, as long as it beats."""
        return bool(self._ask("CLAIM", run_id, token))

    def beat(self, run_id: str, token: str, done: int) -> bool:
        """Say how far it is; whether it is still wanted."""
        return bool(self._ask("BEAT", run_id, token, done, KEEP_SECONDS))

    def finish(self, run_id: str, token: str, status: Status, error: LensError | None = None) -> bool:
        """Say how it ended; whether it was for this one to say."""
        told = b"" if error is None else orjson.dumps([type(error).__name__, [tuple(p) for p in error.problems]])
        return bool(self._ask("FINISH", run_id, token, status, told, KEEP_SECONDS))

    def put_back(self, run_id: str, token: str, *, died: bool) -> int:
        """Let it wait again; how often its process has died."""
        return int(self._ask("PUT_BACK", run_id, token, int(died)))

    def cancel(self, run_id: str) -> bool:
        """End a run; whether it is over by that. One that is computed ends at its next beat."""
        return bool(self._ask("CANCEL", run_id))

    def leave(self, run_id: str) -> bool:
        """The same, as soon as nobody reads its events."""
        return bool(self._ask("LEAVE", run_id, 1, ""))

    def read(self, run_id: str, reader: str) -> None:
        """Somebody reads its events, and does for a while."""
        key = _keys(run_id)[1]
        self._redis.zadd(key, {reader: time() + READER_SECONDS})
        self._redis.expire(key, 6 * READER_SECONDS)

    def unread(self, run_id: str, reader: str) -> bool:
        """Somebody reads them no more; whether the run is over by that, since it was left."""
        return bool(self._ask("LEAVE", run_id, 0, reader))

    def orphaned(self, queued: Sequence[str]) -> list[tuple[str, Among]]:
        """Open runs that are in no queue and that nobody computes: they are to be sent again.

        queued: what is in the queues, looked up before.
        """
        found: list[tuple[str, Among]] = []
        waiting = set(queued)
        kinds: tuple[Among, ...] = ("runs", "corpora")
        for among in kinds:
            run_ids = cast(list[str], self._redis.zrange(_open_key(among), 0, -1))
            for run_id, entry in zip(run_ids, self.entries(run_ids), strict=True):
                if entry is None:
                    self._redis.zrem(_open_key(among), run_id)
                elif entry.stale and run_id not in waiting and self._ask("MISS", run_id):
                    found.append((run_id, among))
        return found

    def may_look(self) -> bool:
        """Whether it is time to look for what is missed, for the one who asks."""
        return bool(self._redis.set(f"{_ROOT}:looking", 1, nx=True, ex=ORPHANS_EVERY))

    def alive(self, worker: str, seconds: int) -> None:
        """A worker says that it is there, for so many seconds."""
        self._redis.set(f"{_ROOT}:worker:{worker}", 1, ex=seconds)

    def is_alive(self, worker: str) -> bool:
        """Whether it has said so."""
        return bool(self._redis.exists(f"{_ROOT}:worker:{worker}"))

    def _ask(self, name: str, run_id: str, *arguments: Any) -> Any:
        return self._scripts[name](_keys(run_id), [time(), *arguments])


def _keys(run_id: str) -> list[str]:
    return [f"{_ROOT}:run:{run_id}", f"{_ROOT}:readers:{run_id}"]


def _open_key(among: Among) -> str:
    return f"{_ROOT}:open:{among}"


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


def _error(told: str) -> LensError | None:
    if not told:
        return None
    name, problems = orjson.loads(told)
    return named_error(name, [Problem(tuple(path), kind, said) for path, kind, said in problems])
