"""Traces: recorded from a request, and read whole, in windows, as overviews, and down to one scalar."""

from typing import Annotated, Any

import orjson
from fastapi import APIRouter, Body, Header, Query, Response
from fastapi.responses import FileResponse, JSONResponse

from ...core.errors import Invalid, TooLarge
from ...lstm import InvalidCall
from ...lstm.cost import Sent
from ...lstm.explain import Explanation, explain
from ...runs.library import Library
from ...runs.limits import check_reply, estimated_seconds
from ...runs.replies import check_window, overview_body, trace_body, units_body
from ...runs.request import trace_id_of
from ...schemas import (
    EncodedQuery,
    OverviewResponse,
    Place,
    RunResponse,
    TilesQuery,
    TraceRequest,
    TraceResponse,
    UnitsQuery,
    UnitsResponse,
    Window,
)
from ..strict_json import StrictJSONRoute
from .examples import trace_requests
from .shared import IMMUTABLE, TheLibrary, TheReplyCache, TheRuns, TraceId, error_responses

router = APIRouter(prefix="/api", tags=["Traces"], route_class=StrictJSONRoute)


@router.post(
    "/traces",
    status_code=201,
    responses={
        201: {"model": TraceResponse, "description": "The trace"},
        202: {"model": RunResponse, "description": "A run to watch, with 'Prefer: respond-async'"},
        **error_responses(413, 415, 422, 503, 507, changing=True),
    },
)
async def create_trace(
    body: Annotated[TraceRequest, Body(openapi_examples=trace_requests())],
    query: Annotated[EncodedQuery, Query()],
    library: TheLibrary,
    runs: TheRuns,
    replies: TheReplyCache,
    prefer: Annotated[str | None, Header(description="'respond-async', or 'respond-async, wait=SECONDS'.")] = None,
) -> Response:
    """Run an LSTM and return every number of the run. The same request gives the same id.

    With the header `Prefer: respond-async` the reply is a run (202), whose progress is at its Location. When it is
    done, read the trace in windows and overviews, however long it is. With `Prefer: respond-async, wait=N` the reply is
    a run only if that is estimated to take more than N seconds, or its reply to be above a limit, and otherwise the
    trace.
    """
    wait = _async_wait(prefer)
    if wait is None:
        await library.check(body, query.encoding.value)
    elif wait == 0 or await _takes_longer(wait, body, query.encoding.value, library):
        await library.check(body, "nothing")
        run = await runs.start(body)
        headers = {"Location": f"/api/runs/{run.trace_id}", "Preference-Applied": "respond-async"}
        return JSONResponse((await run.state()).response().model_dump(), 202, headers)
    window = Window(encoding=query.encoding)
    trace_id = await library.off_loop(lambda: trace_id_of(body))
    content = replies.get(trace_id, window)
    if content is None:
        await runs.compute_remotely(body)
        _, trace, metadata = await library.of_request(body)
        content = await library.off_loop(lambda: trace_body(trace_id, trace, metadata, window))
        replies.keep(trace_id, window, content)
    return Response(content, 201, {"Location": f"/api/traces/{trace_id}"}, "application/json")


def _async_wait(prefer: str | None) -> int | None:
    """The seconds that the client waits for a trace before it takes a run instead, or None if it takes no run.

    RFC 7240: preferences are separated by commas, parameters by semicolons; the first of a name counts.
    """
    stated = [preference.split(";")[0].partition("=") for preference in reversed((prefer or "").split(","))]
    preferences = {name.strip().lower(): value.strip().strip('"') for name, _, value in stated}
    if "respond-async" not in preferences:
        return None
    wait = preferences.get("wait", "")
    return int(wait) if wait.isascii() and wait.isdecimal() and len(wait) < 10 else 0


async def _takes_longer(seconds: int, request: TraceRequest, sent: Sent, library: Library) -> bool:
    """Check a request; whether its run is estimated to take longer, or its reply is above a limit. Raises Invalid."""
    try:
        await library.check(request, sent)
    except TooLarge:
        return True
    return estimated_seconds(request) > seconds


@router.get(
    "/traces/{trace_id}.safetensors",
    response_class=Response,
    responses={
        200: {"content": {"application/octet-stream": {"schema": {"type": "string", "format": "binary"}}}},
        **error_responses(404, 422, 503, 507),
    },
)
async def get_trace_file(trace_id: TraceId, library: TheLibrary) -> Response:
    """Return the trace as a safetensors file, with the complete request in its metadata."""
    path = await library.file_of(trace_id)
    return FileResponse(path, 200, IMMUTABLE, "application/octet-stream", filename=path.name)


@router.get("/traces/{trace_id}", responses={200: {"model": TraceResponse}, **error_responses(404, 413, 422, 503, 507)})
async def get_trace(
    trace_id: TraceId, window: Annotated[Window, Query()], library: TheLibrary, replies: TheReplyCache
) -> Response:
    """Return a trace, or a window of it."""
    content = replies.get(trace_id, window)
    if content is None:
        _, trace, metadata = await library.of_id(trace_id)
        check_window(trace, window)
        check_reply(trace, window, library.settings)
        content = await library.off_loop(lambda: trace_body(trace_id, trace, metadata, window))
        replies.keep(trace_id, window, content)
    return Response(content, 200, IMMUTABLE, "application/json")


@router.get(
    "/traces/{trace_id}/overview", responses={200: {"model": OverviewResponse}, **error_responses(404, 422, 503, 507)}
)
async def get_overview(trace_id: TraceId, query: Annotated[TilesQuery, Query()], library: TheLibrary) -> Response:
    """Return an overview of one quantity of one cell: min, mean and max of at most width x height tiles."""
    _, trace, _ = await library.of_id(trace_id)
    check_window(trace, query)
    pyramid = await library.pyramid_of(trace_id, query.layer, query.direction, query.quantity)
    content = await library.off_loop(lambda: overview_body(pyramid, query))
    return Response(content, 200, IMMUTABLE, "application/json")


@router.get(
    "/traces/{trace_id}/units", responses={200: {"model": UnitsResponse}, **error_responses(404, 422, 503, 507)}
)
async def get_units(trace_id: TraceId, query: Annotated[UnitsQuery, Query()], library: TheLibrary) -> Response:
    """Return statistics of each unit of one cell over a whole sample: how fast it forgets, how much its cell state
    varies."""
    _, trace, _ = await library.of_id(trace_id)
    check_window(trace, Window(**query.model_dump()))
    content = await library.off_loop(lambda: units_body(trace, query))
    return Response(content, 200, IMMUTABLE, "application/json")


@router.get(
    "/traces/{trace_id}/explanation", responses={200: {"model": Explanation}, **error_responses(404, 422, 503, 507)}
)
async def get_explanation(trace_id: TraceId, place: Annotated[Place, Query()], library: TheLibrary) -> Response:
    """Explain one unit at one timestep: the products that its pre-activations are sums of."""
    _, trace, _ = await library.of_id(trace_id)
    try:
        found = await library.off_loop(lambda: explain(trace, **place.model_dump()))
    except InvalidCall as error:
        raise Invalid.of(error, "query") from None
    return Response(orjson.dumps(_explanation_body(found)), 200, IMMUTABLE, "application/json")


def _explanation_body(found: Explanation) -> dict[str, Any]:
    """All fields; without a projection `m` and `projection` are left out."""
    absent = ("m", "projection") if found.m is None else ()
    return {name: value for name, value in vars(found).items() if name not in absent}
