"""What the server offers, and how it is."""

import torch
from fastapi import APIRouter

from app import __version__
from app.i18n import catalog
from app.presets import Preset, presets
from app.schemas import HealthResponse, PresetResponse, PresetsResponse, ReadoutResponse, StorySentence

router = APIRouter(prefix="/api", tags=["This server"])


@router.get("/presets")
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


@router.get("/health")
async def health() -> HealthResponse:
    """Whether the server answers, and with which versions."""
    return HealthResponse(status="ok", version=__version__, torch=torch.__version__)
