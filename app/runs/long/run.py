"""The interface of long runs: their state, and what can be done with them."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import AbstractAsyncContextManager, nullcontext, suppress
from dataclasses import dataclass
from threading import Event
from typing import Literal, Protocol

from ...core.errors import BrokerUnavailable, LensError
from ...schemas import ErrorItem, RunResponse, TraceRequest

Status = Literal["waiting", "running", "done", "cancelled", "failed"]
#: Seconds between two polls of a watched run.
WATCH_INTERVAL = 0.2


@dataclass(frozen=True)
class RunState:
    """The state of a run. done, total: timesteps of cells; seconds: since its start, or its duration once it is over;
    error: why
    it failed, or None."""

    trace_id: str
    status: Status
    done: int
    total: int
    seconds: float = 0.0
    error: LensError | None = None

    @property
    def over(self) -> bool:
        return self.status in ("done", "cancelled", "failed")

    def response(self) -> RunResponse:
        """The progress, its rate, and the remaining time at that rate."""
        rate = self.done / self.seconds if self.done and self.seconds else None
        return RunResponse(
            id=self.trace_id,
            status=self.status,
            done=self.done,
            total=self.total,
            seconds=round(self.seconds, 3),
            rate=rate,
            remaining=None if rate is None or self.over else (self.total - self.done) / rate,
            trace=f"/api/traces/{self.trace_id}" if self.status == "done" else None,
            code=None if self.error is None else self.error.status,
            detail=error_items(self.error),
        )


def error_items(error: LensError | None) -> list[ErrorItem]:
    """The errors of a failed run, for a response."""
    return [ErrorItem(**problem.as_json()) for problem in (() if error is None else error.problems)]


class Run(Protocol):
    """One run. If a broker holds its state, every method may raise BrokerUnavailable."""

    @property
    def trace_id(self) -> str:
        """The id that its trace will have."""

    async def state(self) -> RunState:
        """The current state."""

    async def cancel(self) -> None:
        """Cancel the run, unless it is over."""

    async def leave(self) -> None:
        """A client that waited for the run disconnects: cancel it, unless others watch it.

        That client's own event stream may still be open.
        """

    def watched(self) -> AbstractAsyncContextManager[None]:
        """A client reads its events inside the block. Not part of the events' generator: a generator that is abandoned
        while its item is being sent ends only when it is garbage-collected."""


class Runs(Protocol):
    """The long runs, by the id of their trace."""

    #: Set when the server shuts down: event streams then end.
    leaving: Event

    async def start(self, request: TraceRequest) -> Run:
        """Start a run, or find it running; from then on it is accepted, and survives a crash of this server.

        Raises TooManyRuns when the queue is full, and StoreFull.
        """

    async def start_corpus(self, requests: Sequence[TraceRequest]) -> None:
        """Start many runs, counted against a limit of their own. Later single runs overtake them."""

    async def find(self, run_id: str) -> Run:
        """A run by its id. An accepted run that was lost starts again; one whose trace is known is done.

        Raises NotFound, and BrokerUnavailable.
        """

    async def states(self, run_ids: Sequence[str]) -> list[RunState]:
        """The states of many runs, each as `find` reports it."""

    async def compute_remotely(self, request: TraceRequest) -> None:
        """Have a remote worker compute a run that a client waits for, if it is long enough and there is a broker.

        Raises the run's error; the caller computes the trace if it is not kept afterwards.
        """

    def stop(self) -> None:
        """For shutdown: cancels what this server computes, which stays accepted."""


@dataclass(frozen=True)
class KnownRun:
    """A run that is over, and of which only the trace's id is still known."""

    trace_id: str
    total: int

    async def state(self) -> RunState:
        return RunState(self.trace_id, "done", self.total, self.total)

    async def cancel(self) -> None:
        """Does nothing: the run is over."""

    async def leave(self) -> None:
        """Does nothing: the run is over."""

    def watched(self) -> AbstractAsyncContextManager[None]:
        """Does nothing: the run is over."""
        return nullcontext()


async def watch(run: Run, leaving: Event) -> AsyncIterator[RunResponse]:
    """The run each time that it changes, until it is over or the server shuts down."""
    last = None
    while True:
        with suppress(BrokerUnavailable):  # reported at a later poll
            state = await run.state()
            changed = (state.status, state.done)
            if changed != last:
                last = changed
                yield state.response()
            if state.over:
                return
        if leaving.is_set():
            return
        await asyncio.sleep(WATCH_INTERVAL)


def total(request: TraceRequest) -> int:
    """The timesteps of all cells of a run."""
    seq_len, _ = request.input.sizes(request.config)
    return seq_len * request.config.num_layers * len(request.config.directions)
