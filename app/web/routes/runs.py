"""Long runs: watched and cancelled."""

from collections.abc import AsyncIterable, AsyncIterator
from http import HTTPStatus
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Path, Query
from fastapi.sse import EventSourceResponse, ServerSentEvent

from ...runs.long import Run, watch
from ...schemas import RunResponse
from .examples import known_id
from .shared import TheRuns, error_responses

router = APIRouter(prefix="/api", tags=["Long runs"])

#: Errors are JSON even if the reply itself is not.
JSON_ERRORS: dict[int | str, dict[str, Any]] = {
    status: {
        "description": HTTPStatus(status).phrase,
        "content": {"application/json": {"schema": {"$ref": "#/components/schemas/ErrorResponse"}}},
    }
    for status in (400, 401, 404, 422, 503)
}
RunId = Annotated[str, Path(description="The id of a run, which is also that of its trace.", examples=[known_id()])]

UnlessWatched = Annotated[
    bool, Query(description="Keep it running while other clients read its events, until the last disconnects.")
]


async def _find_run(run_id: RunId, runs: TheRuns) -> Run:
    return await runs.find(run_id)


TheRun = Annotated[Run, Depends(_find_run)]


async def _watched(run: TheRun) -> AsyncIterator[Run]:
    """The run, registered as watched until the reply ends, however it ends."""
    async with run.watched():
        yield run


@router.get("/runs/{run_id}", responses=error_responses(404, 422, 503))
async def get_run(run: TheRun) -> RunResponse:
    """Return the progress of a long run."""
    return (await run.state()).response()


@router.delete("/runs/{run_id}", responses=error_responses(404, 422, 503, changing=True))
async def cancel_run(run: TheRun, unless_watched: UnlessWatched = False) -> RunResponse:
    """Cancel a long run. It ends soon, and leaves no trace. A run that is over stays as it is."""
    if unless_watched:
        await run.leave()
    else:
        await run.cancel()
    return (await run.state()).response()


@router.get("/runs/{run_id}/events", response_class=EventSourceResponse, responses=JSON_ERRORS)
async def watch_run(run: Annotated[Run, Depends(_watched)], runs: TheRuns) -> AsyncIterable[ServerSentEvent]:
    """Stream the progress of a run as server-sent events, one for each change, until it is over.

    The stream ends earlier if the server shuts down; then reconnect.
    """
    async for state in watch(run, runs.leaving):
        yield ServerSentEvent(data=state, event="run")
