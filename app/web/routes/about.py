"""What the server offers, and how it is."""

import torch
from fastapi import APIRouter, Request, Response
from prometheus_client import CONTENT_TYPE_LATEST

from ... import __version__
from ...core.errors import NotReady
from ...lstm import Problem
from ...page.i18n import catalog
from ...presets import Preset, presets
from ...schemas import HealthResponse, PresetResponse, PresetsResponse, ReadoutResponse, ReadyResponse, StorySentence
from .shared import TheLibrary, error_responses

router = APIRouter(prefix="/api", tags=["This server"])
#: Not a part of the API that clients know.
metrics_router = APIRouter(include_in_schema=False)


@router.get("/presets", responses=error_responses())
async def list_presets() -> PresetsResponse:
    """Ready requests, each with something to see, and what there is to see."""
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
    """Whether the server answers, and with which versions."""
    return HealthResponse(status="ok", version=__version__, torch=torch.__version__)


@router.get("/ready", responses=error_responses(503))
async def ready(request: Request, library: TheLibrary) -> ReadyResponse:
    """Whether the server takes runs: not before its workers are there, and no more once it was told to end.

    A store that does not answer is no reason to send requests elsewhere: all servers share it.
    """
    leaving = request.app.state.leaving
    if not leaving.is_set() and not library.pool.alive:
        await library.off_loop(library.pool.start)  # all were ended; without requests none would start one
    if leaving.is_set() or not library.pool.alive:
        raise NotReady(Problem((), "not_ready", "This server takes no runs at the moment"))
    return ReadyResponse(status="ready")


@metrics_router.get("/metrics")
async def metrics(request: Request) -> Response:
    """The counts of this server, as Prometheus reads them."""
    return Response(request.app.state.metrics.text(), media_type=CONTENT_TYPE_LATEST)
