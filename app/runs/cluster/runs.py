"""Long runs queued in Redis for workers on any machine; every server that shares that Redis can report on them.

While Redis is down a server computes new runs itself, and only that server can report on those.
"""

from collections.abc import Sequence

import anyio

from ...core.errors import BrokerUnavailable, ClientDisconnected
from ...core.settings import BadSetting, Settings
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
from ..workers.pool import past_deadline
from .broker import Broker, broker_down, requeue_orphaned
from .ledger import QueueKind, RunEntry
from .queued_run import QueuedRun

#: Runs that have been accepted are queued regardless of the limit.
_NO_LIMIT = 2**31


def check_broker(settings: Settings) -> None:
    """Raises BadSetting for a broker with a store that is not shared."""
    if settings.broker_url and settings.store_url.startswith("memory:"):
        raise BadSetting("store_url", "A broker needs a store that servers and workers share, which memory:// is not")


class QueuedRuns:
    """The long runs of all servers that share a broker and a store. Raises BadSetting without a shared store."""

    def __init__(self, library: Library) -> None:
        check_broker(library.settings)
        self._library = library
        self._settings = library.settings
        self._broker = Broker(library.settings)
        self._ledger = self._broker.ledger
        self._local = LocalRuns(library)
        self.leaving = self._local.leaving

    async def start(self, request: TraceRequest) -> Run:
        """Start a run, or find it running. Raises TooManyRuns when the queue is full, and StoreFull."""
        own = self._local.own(trace_id_of(request))
        if own is not None and not own.over:
            return await self._local.start(request)
        try:
            return await self._open(request, "runs", self._settings.max_waiting_runs)
        except BrokerUnavailable:
            return await self._local.start(request)

    async def start_corpus(self, requests: Sequence[TraceRequest]) -> None:
        """Start many runs, counted against a limit of their own."""
        limit = self._settings.max_corpus_runs
        try:
            if await self._broker.ask(self._ledger.free_slots, "corpora", limit) < len(requests):
                raise too_many("max_corpus_runs")
            for request in requests:
                await self._open(request, "corpora", _NO_LIMIT)
        except BrokerUnavailable:
            await self._local.start_corpus(requests)

    async def find(self, run_id: str) -> Run:
        """A run by its id. An accepted run that was lost starts again; one whose trace is known is done.

        Raises NotFound, and BrokerUnavailable where only the ledger can answer.
        """
        own = self._local.own(run_id)
        if own is not None and (not own.over or own.status == "done"):
            return own
        try:
            (entry,) = await self._broker.ask(self._ledger.entries, [run_id])
        except BrokerUnavailable:
            return own or await self._find_without_broker(run_id)
        if entry is not None:
            return self._run(run_id)
        if own is not None:
            return own
        accepted = await accepted_request(self._library, run_id)
        if accepted is not None:
            return await self._open(accepted, "runs", _NO_LIMIT)
        return await known_run(self._library, run_id)

    async def states(self, run_ids: Sequence[str]) -> list[RunState]:
        """The states of many runs, each as `find` reports it."""
        entries: Sequence[RunEntry | None]
        try:
            entries = await self._broker.ask(self._ledger.entries, run_ids)
            await self._requeue_if_stale(entries)
        except BrokerUnavailable:
            entries = [None for _ in run_ids]
        found = []
        for run_id, entry in zip(run_ids, entries, strict=True):
            in_ledger = entry is not None and self._local.own(run_id) is None
            found.append(entry.state if entry and in_ledger else await state_of(run_id, self.find(run_id)))
        return found

    async def compute_remotely(self, request: TraceRequest) -> None:
        """Have a worker compute a long run that a client waits for. Raises the run's error, and DeadlineExceeded.

        Returns without a trace if the broker does not answer or the run was cancelled: then this server computes it.
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
        """For shutdown: ends what this server computes; runs queued in Redis continue."""
        self._local.stop()

    async def _open(self, request: TraceRequest, kind: QueueKind, limit: int) -> QueuedRun:
        """Accept a run and queue it in Redis. Raises TooManyRuns, StoreFull, BrokerUnavailable."""
        trace_id = trace_id_of(request)
        opened = await self._broker.ask(self._ledger.open, trace_id, total(request), kind, limit)
        if opened == "full":
            raise too_many("max_waiting_runs")
        await accept(self._library, [request])
        if opened == "new":
            await self._broker.ask(self._broker.queue.send, trace_id, kind)
        return self._run(trace_id, new=opened == "new")

    def _run(self, run_id: str, *, new: bool = False) -> QueuedRun:
        return QueuedRun(run_id, self._broker, self._state_of, self._settle, new=new)

    async def _state_of(self, run_id: str) -> RunState:
        """The state of a run; an orphaned one is requeued. Raises NotFound, BrokerUnavailable."""
        (entry,) = await self._broker.ask(self._ledger.entries, [run_id])
        if entry is None:
            return await (await self.find(run_id)).state()
        await self._requeue_if_stale([entry])
        return entry.state

    async def _requeue_if_stale(self, entries: Sequence[RunEntry | None]) -> None:
        """Requeue orphaned runs if one of these entries is stale."""
        if any(entry is not None and entry.stale for entry in entries):
            await self._broker.ask(requeue_orphaned, self._ledger, self._broker.queue)

    async def _settle(self, run_id: str) -> None:
        """Remove the accepted request of a run that is over."""
        await self._library.off_loop(lambda: self._library.store.settle(run_id))

    async def _find_without_broker(self, run_id: str) -> Run:
        """`find` while Redis is down: runs with a kept trace are known; of the others only Redis has the state."""
        kept = await self._library.off_loop(lambda: self._library.store.has_trace(run_id))
        if not kept and await accepted_request(self._library, run_id) is not None:
            raise broker_down()
        return await known_run(self._library, run_id)

    async def _wait_for(self, run: QueuedRun) -> None:
        """Wait until a run is over, the client disconnects or the deadline passes; a run created by this request then
        ends."""
        seconds = self._settings.max_run_seconds
        job = Job()
        try:
            async with cancelled_on_disconnect(job), run.watched():
                with anyio.fail_after(seconds):
                    while not (state := await run.state()).over and not job.cancelled:
                        await anyio.sleep(WATCH_INTERVAL)
        except TimeoutError:
            await run.give_up()
            raise past_deadline(seconds, "max_run_seconds") from None
        if job.cancelled:
            await run.give_up()
            raise ClientDisconnected
        if state.error is not None:
            raise state.error
