"""The REST API, contract v1."""

from http import HTTPStatus
from typing import Annotated, Any

import orjson
import torch
from fastapi import APIRouter, Body, Depends, Path, Query, Request, Response

from app import __version__, tracing
from app.errors import Invalid
from app.i18n import catalog
from app.library import Library
from app.lstm import InvalidCall
from app.lstm.explain import Explanation, explain
from app.presets import Preset, presets
from app.reply import trace_body
from app.routes.examples import known_id, trace_requests
from app.schemas import (
    EncodedQuery,
    ErrorResponse,
    HealthResponse,
    Place,
    PresetResponse,
    PresetsResponse,
    StorySentence,
    TraceRequest,
    TraceResponse,
    Window,
)
from app.strict_json import StrictJSONRoute

router = APIRouter(prefix="/api", route_class=StrictJSONRoute)

#: Traces never change under their id.
IMMUTABLE = {"Cache-Control": "public, max-age=31536000, immutable"}


def _library(request: Request) -> Library:
    found = request.app.state.library
    assert isinstance(found, Library)
    return found


TheLibrary = Annotated[Library, Depends(_library)]
TraceId = Annotated[str, Path(description="The id of a trace.", examples=[known_id()])]


def _errors(*statuses: int) -> dict[int | str, dict[str, Any]]:
    return {status: {"model": ErrorResponse, "description": HTTPStatus(status).phrase} for status in statuses}


@router.post(
    "/traces",
    status_code=201,
    responses={201: {"model": TraceResponse, "description": "The trace"}, **_errors(400, 413, 422, 507)},
)
async def create_trace(
    body: Annotated[TraceRequest, Body(openapi_examples=trace_requests())],
    query: Annotated[EncodedQuery, Query()],
    library: TheLibrary,
) -> Response:
    """Run an LSTM and return every number of the run. The same request has the same id."""
    tracing.check(body, library.settings, query.encoding)
    trace_id, trace, metadata = await library.of_request(body)
    content = await library.off_loop(lambda: trace_body(trace_id, trace, metadata, Window(encoding=query.encoding)))
    return Response(content, 201, {"Location": f"/api/traces/{trace_id}"}, "application/json")


@router.get(
    "/traces/{trace_id}.safetensors",
    response_class=Response,
    responses={
        200: {"content": {"application/octet-stream": {"schema": {"type": "string", "format": "binary"}}}},
        **_errors(404, 422),
    },
)
async def get_trace_file(trace_id: TraceId, library: TheLibrary) -> Response:
    """The trace as a safetensors file, with the filled request in its metadata."""
    content = await library.file_of(trace_id)
    disposition = {"Content-Disposition": f'attachment; filename="{trace_id}.safetensors"'}
    return Response(content, 200, IMMUTABLE | disposition, "application/octet-stream")


@router.get("/traces/{trace_id}", responses={200: {"model": TraceResponse}, **_errors(404, 422)})
async def get_trace(trace_id: TraceId, window: Annotated[Window, Query()], library: TheLibrary) -> Response:
    """A trace, or a window of it."""
    _, trace, metadata = await library.of_id(trace_id)
    content = await library.off_loop(lambda: trace_body(trace_id, trace, metadata, window))
    return Response(content, 200, IMMUTABLE, "application/json")


@router.get("/traces/{trace_id}/explanation", responses={200: {"model": Explanation}, **_errors(404, 422)})
async def get_explanation(trace_id: TraceId, place: Annotated[Place, Query()], library: TheLibrary) -> Response:
    """One unit at one timestep, opened to the products that its gates are sums of."""
    _, trace, _ = await library.of_id(trace_id)
    try:
        found = await library.off_loop(lambda: explain(trace, **place.model_dump()))
    except InvalidCall as error:
        raise Invalid.of(error, "query") from None
    return Response(orjson.dumps(_explanation_body(found)), 200, IMMUTABLE, "application/json")


def _explanation_body(found: Explanation) -> dict[str, Any]:
    """All fields; without a projection there is no m to speak of."""
    absent = ("m", "projection") if found.m is None else ()
    return {name: value for name, value in vars(found).items() if name not in absent}


@router.get("/presets")
async def list_presets() -> PresetsResponse:
    """Ready requests, each with something to see, and what there is to see."""
    return PresetsResponse(presets=[_preset_body(preset) for preset in presets()])


def _preset_body(preset: Preset) -> PresetResponse:
    words = catalog("en")
    root = f"preset.{preset.name}"
    return PresetResponse(
        name=preset.name,
        title=words[f"{root}.title"],
        summary=words[f"{root}.summary"],
        trained=preset.trained,
        accuracy=preset.accuracy,
        tokens=preset.tokens,
        targets=preset.targets,
        story=[
            StorySentence(text=words[f"{root}.story.{k}"], key=f"{root}.story.{k}", cursor=cursor)
            for k, cursor in enumerate(preset.cursors)
        ],
        request=preset.request,
    )


@router.get("/health")
async def health() -> HealthResponse:
    """Whether the server answers, and with which versions."""
    return HealthResponse(status="ok", version=__version__, torch=torch.__version__)
