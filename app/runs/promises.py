"""What is kept of long runs besides their traces: that they were promised, so that no server takes them along."""

from collections.abc import Sequence
from json import loads

from app import tracing
from app.errors import NotFound, TooMany
from app.library import Library
from app.lstm import Problem
from app.runs.run import KnownRun, total
from app.schemas import TraceRequest
from app.settings import variable


async def promise(library: Library, requests: Sequence[TraceRequest]) -> None:
    """Keep the requests of runs before anybody is told that they will be computed. Raises StoreFull, StoreAway."""

    def keep() -> None:
        for request in requests:
            library.store.promise(tracing.trace_id(request), tracing.canonical(request))

    await library.off_loop(keep)


async def promised_request(library: Library, run_id: str) -> TraceRequest | None:
    """The request of a run that was promised and is not over, or None. Raises StoreAway."""
    content = await library.off_loop(lambda: library.store.promised(run_id))
    return None if content is None else TraceRequest.model_validate(loads(content))


async def known_run(library: Library, run_id: str) -> KnownRun:
    """A run that nobody remembers, and whose trace is known. Raises NotFound, StoreAway."""
    request = await library.request_of(run_id)
    if request is None:
        raise NotFound(Problem(("path", "run_id"), "not_found", "No run has this id"))
    return KnownRun(run_id, total(request))


def too_many(limit: str) -> TooMany:
    """What is said where a bound on runs is reached; `limit`: the setting."""
    sentence = f"Too many runs are waiting; try again later, or raise {variable(limit)}"
    return TooMany(Problem((), "too_many_runs", sentence))
