"""Accepted runs: their requests are kept in the store from 202 to the end of the run, so that they
survive the server."""

from collections.abc import Awaitable, Sequence
from json import loads

from ...core.errors import LensError, NotFound, TooManyRuns
from ...core.settings import variable
from ...lstm import problem
from ...schemas import TraceRequest
from ..library import Library
from ..request import canonical, trace_id_of
from .run import KnownRun, Run, RunState, total


async def accept(library: Library, requests: Sequence[TraceRequest]) -> None:
    """Keep the requests of runs before their clients get a 202. Raises StoreFull, StoreUnavailable."""

    def keep() -> None:
        for request in requests:
            library.store.accept(trace_id_of(request), canonical(request))

    await library.off_loop(keep)


async def accepted_request(library: Library, run_id: str) -> TraceRequest | None:
    """The request of a run that was accepted and is not over, or None. Raises StoreUnavailable."""
    content = await library.off_loop(lambda: library.store.accepted(run_id))
    return None if content is None else TraceRequest.model_validate(loads(content))


async def known_run(library: Library, run_id: str) -> KnownRun:
    """A run that is no longer remembered, but whose trace id is known. Raises NotFound, StoreUnavailable."""
    request = await library.request_of(run_id)
    if request is None:
        raise unknown_run()
    return KnownRun(run_id, total(request))


async def state_of(run_id: str, found: Awaitable[Run]) -> RunState:
    """The state of a run of a corpus; a run that is no longer known was cancelled, or failed, long ago."""
    try:
        return await (await found).state()
    except NotFound:
        return RunState(run_id, "cancelled", 0, 0)


def internal_error() -> LensError:
    """The error for an unexpected exception; its details are only in the log."""
    return LensError(problem((), "internal_error", "The server failed at this request; its log says why"))


def unknown_run() -> NotFound:
    """The error of an id that no run has."""
    return NotFound(problem(("path", "run_id"), "unknown_run", "No run has this id"))


def too_many(limit: str) -> TooManyRuns:
    """The error for a full queue; `limit`: the setting that bounds it."""
    template = "Too many runs are waiting; try again later, or raise {setting}"
    return TooManyRuns(problem((), "too_many_runs", template, setting=variable(limit)))
