"""Long runs that wait in Redis for workers anywhere, told of by every server that shares it.

While Redis is away a server computes new runs itself, and it alone tells of those.
"""

from collections.abc import Sequence

import anyio

from ...core.errors import BrokerUnavailable, ClientDisconnected, DeadlineExceeded
from ...core.settings import BadSetting, Settings, variable
from ...lstm import Problem
from ...schemas import TraceRequest
from ..library import Library
from ..limits import estimated_seconds
from ..long import (
    WATCH_INTERVAL,
    LocalRuns,
    Run,
    RunState,
    accept,
    accepted_request,
    known_run,
    state_of,
    too_many,
    total,
)
from ..request import trace_id_of
from ..workers.disconnect import cancelled_on_disconnect
from ..workers.job import Job
from .broker import Broker, away, requeue_orphaned
from .ledger import Among, RunEntry
from .queued_run import QueuedRun

#: For what was promised, nothing is too many.
_NO_LIMIT = 2**31


def check_broker(settings: Settings) -> None:
    """Raises BadSetting for a broker that cannot do without a store that others can read."""
    if settings.broker_url and settings.store_url.startswith("memory:"):
        raise BadSetting("store_url", "A broker needs a store that servers and workers share, which memory:// is not")


class QueuedRuns:
    """The long runs of all servers that share a broker and a store. Raises BadSetting without such a store."""

    def __init__(self, library: Library) -> None:
        check_broker(library.settings)
        self._library = library
        self._settings = library.settings
        self._broker = Broker(library.settings)
        self._ledger = self._broker.ledger
        self._here = LocalRuns(library)
        self.leaving = self._here.leaving

    async def start(self, request: TraceRequest) -> Run:
        """Start a run, or find it running. Raises TooManyRuns when too many wait already, and StoreFull."""
        own = self._here.own(trace_id_of(request))
        if own is not None and not own.over:
            return await self._here.start(request)
        try:
            return await self._open(request, "runs", self._settings.max_waiting_runs)
        except BrokerUnavailable:
            return await self._here.start(request)

    async def start_corpus(self, requests: Sequence[TraceRequest]) -> None:
        """The same for many, with a bound of their own."""
        limit = self._settings.max_corpus_runs
        try:
            if await self._broker.ask(self._ledger.free_slots, "corpora", limit) < len(requests):
                raise too_many("max_corpus_runs")
            for request in requests:
                await self._open(request, "corpora", _NO_LIMIT)
        except BrokerUnavailable:
            await self._here.start_corpus(requests)

    async def find(self, run_id: str) -> Run:
        """A run by its id: a promised one that was lost starts again, and one whose trace is known is done.

        Raises NotFound, and BrokerUnavailable for one of which only the ledger could tell.
        """
        own = self._here.own(run_id)
        if own is not None and (not own.over or own.status == "done"):
            return own
        try:
            (entry,) = await self._broker.ask(self._ledger.entries, [run_id])
        except BrokerUnavailable:
            return own or await self._find_alone(run_id)
        if entry is not None:
            return self._run(run_id)
        if own is not None:
            return own
        accepted = await accepted_request(self._library, run_id)
        if accepted is not None:
            return await self._open(accepted, "runs", _NO_LIMIT)
        return await known_run(self._library, run_id)

    async def states(self, run_ids: Sequence[str]) -> list[RunState]:
        """Where many runs stand, as `find` tells of each."""
        entries: Sequence[RunEntry | None]
        try:
            entries = await self._broker.ask(self._ledger.entries, run_ids)
            await self._see_to_lost(entries)
        except BrokerUnavailable:
            entries = [None for _ in run_ids]
        found = []
        for run_id, entry in zip(run_ids, entries, strict=True):
            told = entry is not None and self._here.own(run_id) is None
            found.append(entry.state if entry and told else await state_of(run_id, self.find(run_id)))
        return found

    async def compute_elsewhere(self, request: TraceRequest) -> None:
        """Have a worker compute a long run that a client waits for. Raises what it ended with, and DeadlineExceeded.

        Returns without its trace where there is no answer or somebody has cancelled it: then this server computes it.
        """
        trace_id = trace_id_of(request)
        if estimated_seconds(request) < self._settings.queue_seconds:
            return
        if await self._library.off_loop(lambda: self._library.store.has_trace(trace_id)):
            return
        try:
            await self._wait_for(await self._open(request, "runs", self._settings.max_waiting_runs))
        except BrokerUnavailable:
            return

    def stop(self) -> None:
        """For the end of the server: what waits in Redis goes on without it."""
        self._here.stop()

    async def _open(self, request: TraceRequest, among: Among, limit: int) -> QueuedRun:
        """Accept a run and let it wait in Redis. Raises TooManyRuns, StoreFull, BrokerUnavailable."""
        trace_id = trace_id_of(request)
        opened = await self._broker.ask(self._ledger.open, trace_id, total(request), among, limit)
        if opened == "full":
            raise too_many("max_waiting_runs")
        await accept(self._library, [request])
        if opened == "new":
            await self._broker.ask(self._broker.queue.send, trace_id, among)
        return self._run(trace_id, new=opened == "new")

    def _run(self, run_id: str, *, new: bool = False) -> QueuedRun:
        return QueuedRun(run_id, self._broker, self._look, self._settle, new=new)

    async def _look(self, run_id: str) -> RunState:
        """Where a run stands; one that was lost is sent again. Raises NotFound, BrokerUnavailable."""
        (entry,) = await self._broker.ask(self._ledger.entries, [run_id])
        if entry is None:
            return await (await self.find(run_id)).state()
        await self._see_to_lost([entry])
        return entry.state

    async def _see_to_lost(self, entries: Sequence[RunEntry | None]) -> None:
        """Send again what was lost, where one of these runs looks like it."""
        if any(entry is not None and entry.stale for entry in entries):
            await self._broker.ask(requeue_orphaned, self._ledger, self._broker.queue)

    async def _settle(self, run_id: str) -> None:
        """It is over, and nothing is owed any more."""
        await self._library.off_loop(lambda: self._library.store.settle(run_id))

    async def _find_alone(self, run_id: str) -> Run:
        """The same as `find` while Redis is away: kept traces are known; of the others it alone can tell."""
        kept = await self._library.off_loop(lambda: self._library.store.has_trace(run_id))
        if not kept and await accepted_request(self._library, run_id) is not None:
            raise away()
        return await known_run(self._library, run_id)

    async def _wait_for(self, run: QueuedRun) -> None:
        """Until a run is over, or is not to be waited for any longer; one that this request brought up then ends."""
        seconds = self._settings.max_run_seconds
        job = Job()
        try:
            async with cancelled_on_disconnect(job), run.watched():
                with anyio.fail_after(seconds):
                    while not (state := await run.state()).over and not job.cancelled:
                        await anyio.sleep(WATCH_INTERVAL)
        except TimeoutError:
            await run.give_up()
            limit = variable("max_run_seconds")
            sentence = f"This run took longer than {seconds:g} seconds and was ended; {limit} raises the limit"
            raise DeadlineExceeded(Problem((), "deadline", sentence)) from None
        if job.cancelled:
            await run.give_up()
            raise ClientDisconnected
        if state.error is not None:
            raise state.error
