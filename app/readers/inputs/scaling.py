"""Normalisation of features over the valid timesteps of all samples, reported number by number."""

from dataclasses import dataclass
from typing import Any

import numpy as np

from ...lstm.errors import Problem, remark
from ...schemas.notes import MAX_SENTENCE
from .draft import Draft, Numbers
from .names import listed
from .options import Scaling


@dataclass(frozen=True)
class Scaled:
    """Normalised samples; `response` is the NormalisationResponse, `text` the same in a line, or None if unchanged."""

    samples: list[Numbers]
    response: dict[str, Any]
    text: str | None
    remarks: list[Problem]


def scaled(draft: Draft, method: Scaling) -> Scaled:
    """z_score: (x - mean) / std, std that of the population. min_max: (x - min) / (max - min), from 0 to 1.

    A constant feature becomes 0, since its divisor would be 0.
    """
    if method == "none":
        return Scaled(draft.samples, {"method": method, "features": []}, None, [])
    every = np.concatenate(draft.samples)  # (all timesteps, I)
    with np.errstate(over="ignore", invalid="ignore"):
        low, spread = (every.mean(0), every.std(0)) if method == "z_score" else (every.min(0), np.ptp(every, axis=0))
    constant = (every == every[0]).all(axis=0)
    divisor = np.where(constant | (spread == 0), 1.0, spread)
    shift = np.where(constant, every[0], low)
    samples = [(sample - shift) / divisor for sample in draft.samples]
    names = draft.features or [f"feature {k}" for k in range(every.shape[1])]
    high = np.where(constant, 0.0, spread) if method == "z_score" else low + spread
    first, second = ("mean", "std") if method == "z_score" else ("min", "max")
    numbers = [{"name": name, first: float(a), second: float(b)} for name, a, b in zip(names, shift, high, strict=True)]
    text = f"{method}: " + "; ".join(
        f"{row['name']} {first} {row[first]:.6g}, {second} {row[second]:.6g}" for row in numbers
    )
    still = [name for name, flat in zip(names, constant, strict=True) if flat]
    template = "{names}: constant, and therefore 0 after normalisation."
    remarks = [remark("constant_features", template, names=listed(still))] if still else []
    if len(text) > MAX_SENTENCE:
        text = text[: MAX_SENTENCE - 1] + "…"
    return Scaled(samples, {"method": method, "features": numbers}, text, remarks)
