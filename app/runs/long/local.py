"""Long runs that this server computes itself, with its own workers."""

import asyncio
import time
from collections.abc import AsyncIterator, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager, nullcontext, suppress
from threading import Event

from ...core.errors import LensError, StoreUnavailable
from ...schemas import TraceRequest
from ..library import Library
from ..request import trace_id_of
from ..workers.job import Cancelled, Job
from .accepted import accept, accepted_request, internal_error, known_run, state_of, too_many
from .run import Run, RunState, Status, total

#: Ended runs that are remembered, so that a client that asks later still gets their state.
REMEMBERED = 1000


class LocalRun:
    """One run in this process."""

    def __init__(self, trace_id: str, timesteps: int, *, in_corpus: bool = False) -> None:
        self.trace_id = trace_id
        self.total = timesteps
        self.in_corpus = in_corpus
        self.status: Status = "waiting"
        self.done = 0
        self.started = time.monotonic()
        self.ended: float | None = None
        self.error: LensError | None = None
        self.job = Job()
        self.task: asyncio.Task[None] | None = None
        self.left = False
        """Whether a client that waited has disconnected, so that the run ends with its last watcher."""
        self._watchers = 0

    @property
    def over(self) -> bool:
        return self.ended is not None

    async def state(self) -> RunState:
        """The current state."""
        progress = None if self.over else self.job.progress()
        if progress is not None:
            self.status, self.done = "running", progress[0]
        seconds = (time.monotonic() if self.ended is None else self.ended) - self.started
        return RunState(self.trace_id, self.status, self.done, self.total, seconds, self.error)

    async def cancel(self) -> None:
        """Cancel the run, unless it is over."""
        self.job.cancel()

    async def leave(self) -> None:
        """A client that waited for the run disconnects: cancel it, unless others watch it."""
        self.left = True
        self._end_unwatched()

    @asynccontextmanager
    async def watched(self) -> AsyncIterator[None]:
        """A client reads its events inside the block."""
        self._watchers += 1
        try:
            yield
        finally:
            self._watchers -= 1
            self._end_unwatched()

    def _end_unwatched(self) -> None:
        if self.left and not self._watchers:
            self.job.cancel()


class LocalRuns:
    """The long runs of one server. Runs of corpora enter the queue a few at a time, single runs at once."""

    def __init__(self, library: Library) -> None:
        self.leaving = Event()
        self._library = library
        self._runs: dict[str, LocalRun] = {}
        self._corpus_slots = asyncio.Semaphore(max(1, library.settings.workers // 2))
        self._starting = 0
        """Runs that are about to be accepted: they count towards the limit already."""
        self._stopping = False

    async def start(self, request: TraceRequest) -> Run:
        """Start a run, or find it running. Raises TooManyRuns when the queue is full, and StoreFull."""
        found = self._wanted(trace_id_of(request))
        if found is not None:
            return found
        (run,) = await self._start([request], in_corpus=False)
        return run

    async def start_corpus(self, requests: Sequence[TraceRequest]) -> None:
        """Start many runs, counted against a limit of their own."""
        await self._start(requests, in_corpus=True)

    async def find(self, run_id: str) -> Run:
        """A run by its id. An accepted run that was lost starts again; one whose trace is known is done."""
        return await self._find(run_id, in_corpus=False)

    def own(self, run_id: str) -> LocalRun | None:
        """The run of an id if this process has it, or None."""
        return self._runs.get(run_id)

    async def states(self, run_ids: Sequence[str]) -> list[RunState]:
        """The states of many runs."""
        return [await state_of(run_id, self._find(run_id, in_corpus=True)) for run_id in run_ids]

    async def compute_remotely(self, request: TraceRequest) -> None:
        """Does nothing: there are no remote workers."""

    def stop(self) -> None:
        """For shutdown: cancel all runs, which stay accepted."""
        self._stopping = True
        for run in self._runs.values():
            run.job.cancel()

    async def _find(self, run_id: str, *, in_corpus: bool) -> Run:
        found = self._runs.get(run_id)
        if found is not None:
            return found
        accepted = await accepted_request(self._library, run_id)
        if accepted is not None:
            return self._begin(accepted, in_corpus=in_corpus)
        return await known_run(self._library, run_id)

    def _wanted(self, trace_id: str) -> LocalRun | None:
        """An open run of this trace that has not been cancelled, or None; a request for it keeps it from ending."""
        found = self._runs.get(trace_id)
        if found is None or found.over or found.job.cancelled:
            return None
        found.left = False
        return found

    async def _start(self, requests: Sequence[TraceRequest], *, in_corpus: bool) -> list[LocalRun]:
        limit = "max_corpus_runs" if in_corpus else "max_waiting_runs"
        open_runs = sum(not run.over for run in self._runs.values() if run.in_corpus is in_corpus)
        if open_runs + self._starting + len(requests) > getattr(self._library.settings, limit):
            raise too_many(limit)
        self._starting += len(requests)
        try:
            await accept(self._library, requests)
        finally:
            self._starting -= len(requests)
        return [self._begin(request, in_corpus=in_corpus) for request in requests]

    def _begin(self, request: TraceRequest, *, in_corpus: bool) -> LocalRun:
        trace_id = trace_id_of(request)
        found = self._wanted(trace_id)
        if found is not None:
            return found
        run = LocalRun(trace_id, total(request), in_corpus=in_corpus)
        self._forget_old()
        self._runs[trace_id] = run
        run.task = asyncio.create_task(self._run(run, request))
        return run

    async def _run(self, run: LocalRun, request: TraceRequest) -> None:
        slot: AbstractAsyncContextManager[None] = self._corpus_slots if run.in_corpus else nullcontext()
        try:
            async with slot:
                if run.job.cancelled:
                    raise Cancelled
                await self._library.run_long(request, run.job)
            run.status, run.done = "done", run.total
        except Cancelled:
            run.status = "cancelled"
        except LensError as error:
            run.status, run.error = "failed", error
        except Exception as error:
            run.status, run.error = "failed", internal_error()
            raise error
        finally:
            run.ended = time.monotonic()
            await self._settle(run)

    async def _settle(self, run: LocalRun) -> None:
        """Remove the accepted request, unless the run was cancelled by the shutdown, or was started again meanwhile."""
        if not self._stopping and self._runs.get(run.trace_id) is run:
            with suppress(StoreUnavailable):  # the run is found done, or is computed again, when it is next requested
                await self._library.off_loop(lambda: self._library.store.settle(run.trace_id))

    def _forget_old(self) -> None:
        over = [trace_id for trace_id, run in self._runs.items() if run.over]
        for trace_id in over[: max(0, len(self._runs) - REMEMBERED)]:
            del self._runs[trace_id]
