"""A trace with its viewer as one HTML file."""

from typing import Annotated, Any

import orjson
from fastapi import APIRouter, Query, Response

from ...lstm import Trace
from ...page.standalone import frame_bytes, numbers_of, page_of
from ...presets import Preset, presets
from ...runs.limits import check_page
from ...runs.replies import trace_body
from ...runs.request import trace_id_of
from ...schemas import Encoding, TraceRequest, Window
from .about import preset_body
from .shared import TheLibrary, TraceId, error_responses

router = APIRouter(prefix="/api", tags=["Traces"])

HTML = {"content": {"text/html": {"schema": {"type": "string"}}}, "description": "The file"}


@router.get(
    "/traces/{trace_id}.html",
    response_class=Response,
    responses={200: HTML, **error_responses(404, 413, 422, 503, 507)},
)
async def get_page(
    trace_id: TraceId,
    library: TheLibrary,
    view: Annotated[
        str,
        Query(max_length=4000, description="The initial view, as in the page's address: at, level, pins and so on."),
    ] = "",
) -> Response:
    """Return the viewer with this trace inside, as one HTML file that works offline, without a server."""
    _, trace, metadata = await library.of_id(trace_id)
    check_page(trace, frame_bytes(), library.settings)
    content = await library.off_loop(lambda: _page(trace_id, trace, metadata, view))
    headers = {
        "Content-Disposition": f'attachment; filename="lstm-lens-{trace_id[:8]}.html"',
        "Cache-Control": "no-cache",
    }
    return Response(content, 200, headers, "text/html; charset=utf-8")


def _page(trace_id: str, trace: Trace, metadata: dict[str, str], view: str) -> bytes:
    found, edited = _origin(TraceRequest.model_validate(orjson.loads(metadata["request"])))
    window = Window(encoding=Encoding.BASE64)
    data: dict[str, Any] = {
        "trace": orjson.Fragment(trace_body(trace_id, trace, metadata, window)),
        "cells": numbers_of(trace),
        "preset": None if found is None else preset_body(found).model_dump(mode="json"),
        "edited": edited,
        "view": view,
    }
    return page_of(data)


def _origin(request: TraceRequest) -> tuple[Preset | None, bool]:
    """The preset that a request is based on, or None, and whether the request differs from it."""
    known = [(found, TraceRequest.model_validate(found.request)) for found in presets()]

    def id_with(**change: Any) -> str:
        return trace_id_of(request.model_copy(update=change))

    same = [found for found, own in known if trace_id_of(own) == id_with()]
    weights = [found for found, own in known if own.weights.kind == "preset" and own.weights == request.weights]
    others = [found for found, own in known if trace_id_of(own) == id_with(weights=own.weights)]
    return next(iter(same + weights + others), None), not same
