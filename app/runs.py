"""Long runs that nobody waits for: started, watched, cancelled."""

import asyncio
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from threading import Event
from typing import Literal

from app import tracing
from app.errors import LensError, NotFound, TooMany
from app.jobs import Cancelled, Job
from app.library import Library
from app.lstm import Problem
from app.schemas import ErrorItem, RunResponse, TraceRequest
from app.settings import variable

Status = Literal["waiting", "running", "done", "cancelled", "failed"]
#: Ended runs that are remembered, so that a client that comes back late is still told.
REMEMBERED = 1000
#: Seconds between two looks at a run that is watched.
INTERVAL = 0.2


@dataclass
class Run:
    """One run, from its start to whatever its end is."""

    trace_id: str
    total: int
    status: Status = "waiting"
    done: int = 0
    started: float = 0.0
    ended: float | None = None
    problems: tuple[Problem, ...] = ()
    watchers: int = 0
    """Streams of events that are open."""
    left: bool = False
    """Whether one of those who waited has gone, so that it ends with the last of them."""
    job: Job = field(default_factory=Job, repr=False)
    task: asyncio.Task[None] | None = field(default=None, repr=False)

    @property
    def over(self) -> bool:
        return self.status in ("done", "cancelled", "failed")

    def look(self) -> None:
        """See how far it is."""
        progress = None if self.over else self.job.progress()
        if progress is not None:
            self.status, self.done = "running", progress[0]

    def leave(self) -> None:
        """One who waited for it goes: it ends, unless others watch it. The goer's own stream may still be open."""
        self.left = True
        self._end_unwatched()

    @contextmanager
    def watched(self) -> Iterator[None]:
        """While somebody reads its events. Not left to the generator of the events itself: one that is given up while
        what it said is being sent ends only when the garbage is collected."""
        self.watchers += 1
        try:
            yield
        finally:
            self.watchers -= 1
            self._end_unwatched()

    def _end_unwatched(self) -> None:
        if self.left and not self.watchers:
            self.job.cancel()

    def response(self) -> RunResponse:
        """How far it is, how fast, and how long it will take at that rate."""
        self.look()
        seconds = (time.monotonic() if self.ended is None else self.ended) - self.started
        rate = self.done / seconds if self.done and seconds else None
        return RunResponse(
            id=self.trace_id,
            status=self.status,
            done=self.done,
            total=self.total,
            seconds=round(seconds, 3),
            rate=rate,
            remaining=None if rate is None or self.over else (self.total - self.done) / rate,
            trace=f"/api/traces/{self.trace_id}" if self.status == "done" else None,
            detail=[ErrorItem(type=p.kind, loc=list(p.path), msg=p.message) for p in self.problems],
        )


class Runs:
    """The long runs of one server, by the id of their trace."""

    def __init__(self, library: Library, max_waiting: int) -> None:
        self._library = library
        self._max_waiting = max_waiting
        #: Set when the server is about to end: then nobody watches on.
        self.leaving = Event()
        self._runs: dict[str, Run] = {}

    def start(self, request: TraceRequest) -> Run:
        """Start a run, or find it running. Raises TooMany when too many wait already."""
        trace_id = tracing.trace_id(request)
        found = self._runs.get(trace_id)
        if found is not None and not found.over and not found.job.cancelled:
            found.left = False
            return found
        if sum(not run.over for run in self._runs.values()) >= self._max_waiting:
            sentence = f"Too many runs are waiting; try again later, or raise {variable('max_waiting_runs')}"
            raise TooMany(Problem((), "too_many_runs", sentence))
        run = Run(trace_id, _total(request), started=time.monotonic())
        self._forget_old()
        self._runs[trace_id] = run
        run.task = asyncio.create_task(self._run(run, request))
        return run

    async def find(self, run_id: str) -> Run:
        """A run by its id; one that this server has forgotten, and whose trace is known, is done. Raises NotFound."""
        found = self._runs.get(run_id)
        if found is not None:
            return found
        request = await self._library.request_of(run_id)
        if request is None:
            raise NotFound(Problem(("path", "run_id"), "not_found", "No run has this id"))
        total = _total(request)
        return Run(run_id, total, status="done", done=total, ended=0.0)

    def cancel_all(self) -> None:
        """For the end of the server."""
        for run in self._runs.values():
            run.job.cancel()

    async def _run(self, run: Run, request: TraceRequest) -> None:
        try:
            await self._library.run_long(request, run.job)
            run.status, run.done = "done", run.total
        except Cancelled:
            run.status = "cancelled"
        except LensError as error:
            run.status, run.problems = "failed", error.problems
        except Exception as error:
            run.status = "failed"
            sentence = "The server failed at this run; its log says why"
            run.problems = (Problem((), "internal_error", sentence),)
            raise error
        finally:
            run.ended = time.monotonic()

    def _forget_old(self) -> None:
        over = [trace_id for trace_id, run in self._runs.items() if run.over]
        for trace_id in over[: max(0, len(self._runs) - REMEMBERED)]:
            del self._runs[trace_id]


async def watch(run: Run, leaving: Event) -> AsyncIterator[RunResponse]:
    """The run each time that it has changed, until it is over, or the server is about to end."""
    last = None
    while True:
        run.look()
        state = (run.status, run.done)
        if state != last:
            last = state
            yield run.response()
        if run.over or leaving.is_set():
            return
        await asyncio.sleep(INTERVAL)


def _total(request: TraceRequest) -> int:
    """The timesteps of all cells."""
    seq_len, _ = request.input.sizes(request.config)
    return seq_len * request.config.num_layers * len(request.config.directions)
