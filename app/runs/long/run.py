"""A long run as it is told of: where it stands, and what can be done about it."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import AbstractAsyncContextManager, nullcontext, suppress
from dataclasses import dataclass
from threading import Event
from typing import Literal, Protocol

from ...core.errors import BrokerUnavailable, LensError
from ...schemas import ErrorItem, RunResponse, TraceRequest

Status = Literal["waiting", "running", "done", "cancelled", "failed"]
#: Seconds between two looks at a run that is watched.
WATCH_INTERVAL = 0.2


@dataclass(frozen=True)
class RunState:
    """Where a run stands: timesteps of cells that are done, and all; seconds since its start, or that it took;
    the error that it failed with."""

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
        """How far it is, how fast, and how long it will take at that rate."""
        problems = () if self.error is None else self.error.problems
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
            detail=[ErrorItem(type=p.kind, loc=list(p.path), msg=p.message) for p in problems],
        )


class Run(Protocol):
    """One run, from its start to its end. Where a broker keeps its state, every method raises BrokerUnavailable."""

    @property
    def trace_id(self) -> str:
        """The id that its trace will have."""

    async def state(self) -> RunState:
        """Where it stands."""

    async def cancel(self) -> None:
        """End it, unless it is over."""

    async def leave(self) -> None:
        """One who waited for it goes: it ends, unless others watch it. The goer's own stream may still be open."""

    def watched(self) -> AbstractAsyncContextManager[None]:
        """While somebody reads its events. Not left to the generator of the events itself: one that is given up while
        what it said is being sent ends only when the garbage is collected."""


class Runs(Protocol):
    """The long runs, by the id of their trace."""

    #: Set when the server is about to end: then nobody watches on.
    leaving: Event

    async def start(self, request: TraceRequest) -> Run:
        """Start a run, or find it running; from then on it is promised, whatever becomes of this server.

        Raises TooManyRuns when too many wait already, and StoreFull.
        """

    async def start_corpus(self, requests: Sequence[TraceRequest]) -> None:
        """The same for many, with a bound of their own. They let runs that come later go first."""

    async def find(self, run_id: str) -> Run:
        """A run by its id: a promised one that was lost starts again, and one whose trace is known is done.

        Raises NotFound, and BrokerUnavailable.
        """

    async def states(self, run_ids: Sequence[str]) -> list[RunState]:
        """Where many runs stand, as `find` tells of each."""

    async def compute_elsewhere(self, request: TraceRequest) -> None:
        """Have a run that somebody waits for computed elsewhere, where it is long enough and there is a place for it.

        Raises what the run ended with; the caller computes whatever is not kept then.
        """

    def stop(self) -> None:
        """For the end of the server: what it computes itself is given up, and stays promised."""


@dataclass(frozen=True)
class KnownRun:
    """A run that is over, and of which nobody remembers more than that its trace is known."""

    trace_id: str
    total: int

    async def state(self) -> RunState:
        return RunState(self.trace_id, "done", self.total, self.total)

    async def cancel(self) -> None:
        """It is over."""

    async def leave(self) -> None:
        """It is over."""

    def watched(self) -> AbstractAsyncContextManager[None]:
        """It is over."""
        return nullcontext()


async def watch(run: Run, leaving: Event) -> AsyncIterator[RunResponse]:
    """The run each time that it has changed, until it is over, or the server is about to end."""
    last = None
    while True:
        with suppress(BrokerUnavailable):  # then it is told later
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
    """The timesteps of all cells."""
    seq_len, _ = request.input.sizes(request.config)
    return seq_len * request.config.num_layers * len(request.config.directions)
