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

#: Where the reply itself is no JSON, an error still is.
JSON_ERRORS: dict[int | str, dict[str, Any]] = {
    status: {
        "description": HTTPStatus(status).phrase,
        "content": {"application/json": {"schema": {"$ref": "#/components/schemas/ErrorResponse"}}},
    }
    for status in (400, 401, 404, 422, 503)
}
RunId = Annotated[str, Path(description="The id of a run, which its trace will have.", examples=[known_id()])]

UnlessWatched = Annotated[
    bool, Query(description="Let it go on while others read its events; it ends when the last of them goes.")
]


async def _find_run(run_id: RunId, runs: TheRuns) -> Run:
    return await runs.find(run_id)


TheRun = Annotated[Run, Depends(_find_run)]


async def _watched(run: TheRun) -> AsyncIterator[Run]:
    """The run, which is watched until the reply has ended, however it ends."""
    async with run.watched():
        yield run


@router.get("/runs/{run_id}", responses=error_responses(404, 422, 503))
async def get_run(run: TheRun) -> RunResponse:
    """How far a long run is."""
    return (await run.state()).response()


@router.delete("/runs/{run_id}", responses=error_responses(404, 422, 503, changing=True))
async def cancel_run(run: TheRun, unless_watched: UnlessWatched = False) -> RunResponse:
    """Cancel a long run: it ends soon, and nothing is left of it. One that is over stays as it is."""
    if unless_watched:
        await run.leave()
    else:
        await run.cancel()
    return (await run.state()).response()


@router.get("/runs/{run_id}/events", response_class=EventSourceResponse, responses=JSON_ERRORS)
async def watch_run(run: Annotated[Run, Depends(_watched)], runs: TheRuns) -> AsyncIterable[ServerSentEvent]:
    """The run each time that it has changed, as server-sent events, until it is over.

    They end sooner where the server ends: ask again, or another server.
    """
    async for state in watch(run, runs.leaving):
        yield ServerSentEvent(data=state, event="run")
