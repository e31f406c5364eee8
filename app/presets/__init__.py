"""Ready requests, each with something to see. One folder is one preset: preset.json and, for some, weights.

`preset.json` holds the fields of `Preset` and its place in the `order`; title, summary and story are in the catalogs
of the page, under `preset.NAME`. A new preset is a new folder and its texts. A trained one has its task in task.py, by
which `scripts/train_preset.py` trains it anew.
"""

import json
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from numpy.typing import NDArray
from safetensors.numpy import load_file

FOLDER = Path(__file__).parent


@dataclass(frozen=True)
class Preset:
    """One ready request and what there is to say about it. Everybody shares these values: do not change them."""

    name: str
    trained: bool
    accuracy: float | None
    """Share of unseen sequences that the trained model answers right; `evaluation` in preset.json says how measured."""
    tokens: list[str] | None
    """What to call each timestep."""
    targets: list[str] | None
    """What the trained model should answer at each timestep."""
    answers: dict[str, Any] | None
    """How values of the read-out are read as an answer, where there is one: see `app/schemas/readouts.py`."""
    cursors: list[dict[str, Any] | None]
    """Where each sentence of the story looks: layer, direction, timestep, unit, quantity, sample; None for no place."""
    request: dict[str, Any]
    """The body to POST to /api/traces."""
    weights_path: Path | None
    """The parameters of the LSTM, or None where the request draws them from a seed."""
    readout_path: Path | None = None
    """The linear layer trained on top of h, `weight` (answers, H) and `bias` (answers,), where there is one."""

    def tensors(self) -> dict[str, NDArray[Any]]:
        """The parameters under torch's names; none where the request draws them from a seed."""
        return _read(self.weights_path)

    def readout(self) -> dict[str, NDArray[Any]]:
        """The linear layer that was trained on top of h; empty where there is none."""
        return _read(self.readout_path)


@cache
def presets() -> tuple[Preset, ...]:
    """All presets, in the order in which the page offers them."""
    found = [(json.loads(path.read_text("utf-8")), path.parent) for path in FOLDER.glob("*/preset.json")]
    return tuple(_preset(facts, folder) for facts, folder in sorted(found, key=lambda pair: pair[0]["order"]))


def preset(name: str) -> Preset:
    """The preset of that name. Raises KeyError if there is none."""
    return {found.name: found for found in presets()}[name]


def _preset(facts: dict[str, Any], folder: Path) -> Preset:
    fields = ("trained", "accuracy", "tokens", "targets", "answers", "cursors", "request")
    weights, readout = (folder / f"{what}.safetensors" for what in ("weights", "readout"))
    return Preset(
        name=folder.name,
        weights_path=weights if weights.exists() else None,
        readout_path=readout if readout.exists() else None,
        **{field: facts[field] for field in fields},
    )


@cache
def _read(path: Path | None) -> dict[str, NDArray[Any]]:
    return load_file(path) if path else {}
