"""The traces of one server: run when first asked for, kept, and run again when they were evicted."""

from collections.abc import Callable
from json import loads
from typing import TypeVar

import anyio
from anyio import CapacityLimiter

from app import tracing
from app.errors import NotFound
from app.lstm import Problem, Trace
from app.lstm.storage import save
from app.presets import presets
from app.schemas import TraceRequest
from app.settings import Settings
from app.store import Store

Found = tuple[str, Trace, dict[str, str]]  # id, trace, metadata with the filled request
T = TypeVar("T")


class Library:
    """Traces by request and by id. Everything slow happens in threads, as many at a time as `settings.workers`."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self.store = Store(settings.data_dir, settings.max_store_bytes)
        self._limiter = CapacityLimiter(settings.workers)
        for preset in presets():  # their ids are known from the start, so that examples work on a new server
            request = TraceRequest.model_validate(preset.request)
            self.store.keep_request(tracing.trace_id(request), tracing.canonical(request))

    async def of_request(self, request: TraceRequest) -> Found:
        """The trace that answers a request, which has been checked."""
        return await self.off_loop(lambda: self._of_request(request))

    async def of_id(self, trace_id: str) -> Found:
        """The trace of an id. Raises NotFound for one that no request ever had."""
        return await self.off_loop(lambda: self._of_id(trace_id))

    async def file_of(self, trace_id: str) -> bytes:
        """The trace of an id as a safetensors file."""

        def content() -> bytes:
            self._of_id(trace_id)
            return self.store.trace_path(trace_id).read_bytes()

        return await self.off_loop(content)

    async def off_loop(self, work: Callable[[], T]) -> T:
        """Run torch, or anything else slow, in a thread while the event loop answers others."""
        return await anyio.to_thread.run_sync(work, limiter=self._limiter)

    def _of_request(self, request: TraceRequest) -> Found:
        trace_id = tracing.trace_id(request)
        kept = self.store.trace(trace_id)
        if kept is not None:
            return trace_id, *kept
        content = tracing.canonical(request)
        trace = tracing.run(request, self._earlier)
        metadata = {"request": content.decode(), "nonfinite": str(trace.nonfinite())}
        self.store.keep_request(trace_id, content)
        self.store.keep_trace(trace_id, lambda path: save(trace, path, metadata))
        return trace_id, trace, metadata

    def _earlier(self, trace_id: str) -> Trace | None:
        """A trace that another one goes on from."""
        try:
            return self._of_id(trace_id)[1]
        except NotFound:
            return None

    def _of_id(self, trace_id: str) -> Found:
        content = self.store.request(trace_id)
        if content is None:
            raise NotFound(Problem(("path", "trace_id"), "not_found", "No trace has this id; POST its request again"))
        kept = self.store.trace(trace_id)
        if kept is not None:
            return trace_id, *kept
        return self._of_request(TraceRequest.model_validate(loads(content)))
