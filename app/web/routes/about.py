"""What the server offers, and its health."""

import torch
from fastapi import APIRouter, Request, Response
from prometheus_client import CONTENT_TYPE_LATEST

from ... import __version__
from ...core.errors import NotReady
from ...lstm import problem
from ...page.i18n import catalog
from ...presets import Preset, presets
from ...schemas import HealthResponse, PresetResponse, PresetsResponse, ReadoutResponse, ReadyResponse, StorySentence
from .shared import TheLibrary, error_responses

router = APIRouter(prefix="/api", tags=["This server"])
#: Not part of the documented API.
metrics_router = APIRouter(include_in_schema=False)


@router.get("/presets", responses=error_responses())
async def list_presets() -> PresetsResponse:
    """List the presets: complete requests, each with a description of what its trace shows."""
    return PresetsResponse(presets=[preset_body(preset) for preset in presets()])


def preset_body(preset: Preset) -> PresetResponse:
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
        readout=_readout_body(preset),
        story=[
            StorySentence(text=words[f"{root}.story.{k}"], key=f"{root}.story.{k}", cursor=cursor)
            for k, cursor in enumerate(preset.cursors)
        ],
        request=preset.request,
    )


def _readout_body(preset: Preset) -> ReadoutResponse | None:
    if preset.answers is None:
        return None
    layer = {name: array.tolist() for name, array in preset.readout().items()}
    return ReadoutResponse.model_validate({**layer, "answer": preset.answers})


@router.get("/health", responses=error_responses())
async def health() -> HealthResponse:
    """Return the versions of the server. It answers as soon as the server is up."""
    return HealthResponse(status="ok", version=__version__, torch=torch.__version__)


@router.get("/ready", responses=error_responses(503))
async def ready(request: Request, library: TheLibrary) -> ReadyResponse:
    """Return whether the server accepts runs: its workers have started, and it is not shutting down.

    The store is not checked: all replicas share it, so sending requests to another one would not help.
    """
    leaving = request.app.state.leaving
    if not leaving.is_set() and not library.pool.alive:
        await library.off_loop(library.pool.start)  # all have died; nothing else restarts them without requests
    if leaving.is_set() or not library.pool.alive:
        raise NotReady(problem((), "not_ready", "This server takes no runs at the moment"))
    return ReadyResponse(status="ready")


@metrics_router.get("/metrics")
async def metrics(request: Request) -> Response:
    """Return the metrics of this server in the Prometheus text format."""
    return Response(request.app.state.metrics.text(), media_type=CONTENT_TYPE_LATEST)
