"""The traces of one server: computed on first request, kept, and computed again after eviction."""

from collections.abc import Callable
from json import loads
from pathlib import Path
from typing import TypeVar

import anyio
from anyio import CapacityLimiter

from ..core.errors import ClientDisconnected, NotFound
from ..core.metrics import Metrics
from ..core.settings import Settings
from ..lstm import Direction, Trace
from ..lstm.cost import Sent
from ..lstm.overview import Pyramid
from ..lstm.tracefile.storage import read_pyramid
from ..presets import presets
from ..readers.inputs import Options
from ..readers.weights import ConvertedFile, converted_facts
from ..schemas import TraceRequest, UploadWeights
from ..store import Store
from .initial_states import earlier_traces, unknown_trace
from .limits import is_streamed
from .request import canonical, check, starting_states, trace_id_of, unknown_upload
from .workers.disconnect import cancelled_on_disconnect
from .workers.job import Cancelled, Job
from .workers.pool import Pool
from .workers.task import Conversion, Reading, Work, find_device

IdentifiedTrace = tuple[str, Trace, dict[str, str]]  # id, trace, metadata with the filled request
_T = TypeVar("_T")


#: Threads beyond those that wait for runs: for kept traces, and for refusals while the queue is full.
SPARE_THREADS = 32


class Library:
    """Traces by request and by id. A pool computes runs; everything else that blocks runs in threads."""

    def __init__(self, settings: Settings, metrics: Metrics | None = None) -> None:
        self.settings = settings
        self.store = Store(settings.data_dir, settings.max_store_bytes, settings.store_url)
        self._device = find_device(settings)
        self.pool = Pool(settings, metrics, self._device)
        self._threads = CapacityLimiter(max(2, settings.workers))
        self._waiting = CapacityLimiter(settings.workers + settings.max_waiting + SPARE_THREADS)
        self._waiting_long = CapacityLimiter(settings.max_waiting_runs)
        # their ids are known from the start, so that examples work on a new server
        requests = [TraceRequest.model_validate(preset.request) for preset in presets()]
        self._presets = {trace_id_of(request): canonical(request) for request in requests}

    async def check(self, request: TraceRequest, sent: Sent) -> None:
        """Check everything that a request must satisfy before it runs. Raises Invalid, TooLarge."""
        upload = await self.off_loop(lambda: self._upload(request)) if _has_upload(request) else None
        check(request, self.settings, sent, upload)

    async def keep_upload(self, upload_id: str, source: Path) -> ConvertedFile:
        """Convert an uploaded file, unless it is known, and keep it. Raises Invalid, WorkerDied, StoreFull."""

        def kept(job: Job) -> ConvertedFile:
            path = self.store.upload_path(upload_id) or self.store.keep_upload(
                upload_id, lambda path: self.pool.read(Conversion(source), path, job)
            )
            return converted_facts(path)

        return await self._wait_for(kept)

    async def upload(self, upload_id: str) -> ConvertedFile:
        """What an uploaded file holds. Raises NotFound."""

        def found() -> ConvertedFile:
            path = self.store.upload_path(upload_id)
            if path is None:
                raise _unknown_upload()
            return converted_facts(path)

        return await self.off_loop(found)

    async def read_input(self, content: bytes, options: Options, *, preview: bool) -> bytes:
        """Read input data in a worker process; returns the input, or with `preview` a description of the data, as JSON.

        Raises Invalid, TooLarge, WorkerDied, StoreFull.
        """

        def read(job: Job) -> bytes:
            with self.store.scratch("data") as source, self.store.scratch("input") as target:
                source.write_bytes(content)
                self.pool.read(Reading(source, options, preview), target, job)
                return target.read_bytes()

        return await self._wait_for(read)

    async def upload_path(self, upload_id: str) -> Path | None:
        """The converted file of an upload, or None if there is none."""
        return await self.off_loop(lambda: self.store.upload_path(upload_id))

    async def remove_upload(self, upload_id: str) -> None:
        """Remove an uploaded file permanently. Raises NotFound."""
        if not await self.off_loop(lambda: self.store.remove_upload(upload_id)):
            raise _unknown_upload()

    async def of_request(self, request: TraceRequest) -> IdentifiedTrace:
        """The trace of a request that has been checked."""
        return await self._wait_for(lambda job: self.find_or_run(request, job))

    async def of_id(self, trace_id: str) -> IdentifiedTrace:
        """The trace of an id. Raises NotFound for an id that no request ever had."""
        return await self._wait_for(lambda job: self._of_id(trace_id, job))

    async def request_of(self, trace_id: str) -> TraceRequest | None:
        """The request of an id, or None if the id is unknown."""

        def found() -> TraceRequest | None:
            content = self._request(trace_id)
            return None if content is None else TraceRequest.model_validate(loads(content))

        return await self.off_loop(found)

    async def pyramid_of(self, trace_id: str, layer: int, direction: Direction, quantity: str) -> Pyramid:
        """A quantity of one cell of a trace, with its summaries. The cell and the quantity must exist."""

        def found(job: Job) -> Pyramid:
            _, trace, _ = self._of_id(trace_id, job)
            while True:
                try:
                    return read_pyramid(self.store.trace_path(trace_id), layer, direction, quantity, trace.lengths)
                except FileNotFoundError:  # evicted in between: compute it again
                    self._of_id(trace_id, job)

        return await self._wait_for(found)

    async def file_of(self, trace_id: str) -> Path:
        """The path of a trace's safetensors file."""

        def found(job: Job) -> Path:
            self._of_id(trace_id, job)
            return self.store.trace_path(trace_id)

        return await self._wait_for(found)

    async def run_long(self, request: TraceRequest, job: Job) -> None:
        """Compute the trace of a request, unless it is kept. Raises Cancelled when the job is."""
        await anyio.to_thread.run_sync(lambda: self.find_or_run(request, job, long=True), limiter=self._waiting_long)

    async def off_loop(self, work: Callable[[], _T]) -> _T:
        """Run blocking work in a thread, off the event loop."""
        return await anyio.to_thread.run_sync(work, limiter=self._threads)

    async def _wait_for(self, work: Callable[[Job], _T]) -> _T:
        """Run work that may wait for a run, in a thread. Raises ClientDisconnected when the client disconnects."""
        job = Job(grace=0)  # restarting a worker is quicker than waiting for the run to notice
        async with cancelled_on_disconnect(job):
            try:
                return await anyio.to_thread.run_sync(work, job, limiter=self._waiting)
            except Cancelled:
                raise ClientDisconnected from None

    def find_or_run(self, request: TraceRequest, job: Job | None = None, *, long: bool = False) -> IdentifiedTrace:
        """The kept trace of a request, or that of a new run, which `job` can cancel. Call in a thread of anyio's."""
        trace_id = trace_id_of(request)
        content = canonical(request)
        kept = self.store.trace(trace_id)
        if kept is not None:
            self.store.keep_request(trace_id, content)
            return trace_id, *kept
        upload = self._upload(request)
        if _has_upload(request) and upload is None:
            raise _unknown_upload()
        work = Work(
            request=request,
            hx=starting_states(request, lambda earlier: self._earlier(earlier, job)),
            metadata={"request": content.decode()},
            in_chunks=is_streamed(request),
            device=self._device,
            threads=self.settings.torch_threads,
            upload=upload,
        )

        def write(path: Path) -> None:
            self.pool.run(work, path, job, long=long)
            self.store.keep_request(trace_id, content)  # before the trace is kept: a kept trace has a kept request

        return trace_id, *self.store.keep_trace(trace_id, write)

    def _request(self, trace_id: str) -> bytes | None:
        return self._presets.get(trace_id) or self.store.request(trace_id)

    def _upload(self, request: TraceRequest) -> Path | None:
        return self.store.upload_path(request.weights.id) if isinstance(request.weights, UploadWeights) else None

    def _earlier(self, trace_id: str, job: Job | None) -> Trace | None:
        """The trace that another one continues."""
        try:
            return self._of_id(trace_id, job)[1]
        except NotFound:
            return None

    def _of_id(self, trace_id: str, job: Job | None) -> IdentifiedTrace:
        kept = self.store.trace(trace_id)
        if kept is not None:
            return trace_id, *kept
        requests = self._lineage(trace_id)
        if not requests:
            raise NotFound(unknown_trace("path", "trace_id"))
        return [self.find_or_run(request, job) for request in requests][-1]

    def _lineage(self, trace_id: str) -> list[TraceRequest]:
        """The request of an id, preceded by those of the evicted traces that it continues, the first one first.

        A loop instead of recursion, since a chain of traces may be longer than the recursion limit.
        """
        requests: dict[str, TraceRequest] = {}
        lineage: list[TraceRequest] = []
        waiting = [(trace_id, False)]
        while waiting:
            own_id, after_its_earlier = waiting.pop()
            if after_its_earlier:
                lineage.append(requests[own_id])
                continue
            content = None if own_id in requests else self._request(own_id)
            if content is None:
                continue
            requests[own_id] = request = TraceRequest.model_validate(loads(content))
            waiting.append((own_id, True))
            waiting += [(earlier, False) for earlier in earlier_traces(request) if not self.store.has_trace(earlier)]
        return lineage


def _has_upload(request: TraceRequest) -> bool:
    return isinstance(request.weights, UploadWeights)


def _unknown_upload() -> NotFound:
    return NotFound(unknown_upload("path", "upload_id"))
