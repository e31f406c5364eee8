"""Samples as read: values that may still be missing, with labels and annotations of their timesteps."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace

import numpy as np
from numpy.typing import NDArray

from ...lstm import InvalidCall
from .names import listed
from .options import Filling, input_problem

Numbers = NDArray[np.float64]
Entry = str | float | None
#: The position of a value in the file: a sentence's beginning and a path, from sample, timestep and feature.
Where = Callable[[int, int, int], tuple[str, tuple[str | int, ...]]]


@dataclass(frozen=True)
class Row:
    """A row of annotations: an entry for each timestep of each sample."""

    name: str
    kind: str
    values: list[list[Entry]]


@dataclass(frozen=True)
class Draft:
    """Samples of (T_n, I), NaN for missing values. times: a label of each timestep of each sample."""

    samples: list[Numbers]
    where: Where
    features: list[str] | None = None
    times: list[list[str | None]] | None = None
    rows: list[Row] = field(default_factory=list)
    remarks: list[str] = field(default_factory=list)

    def filled(self, filling: Filling) -> "Draft":
        """The samples with every missing value filled, and a remark. Raises InvalidCall if one may not or cannot be
        filled."""
        gaps = [np.isnan(sample) for sample in self.samples]
        for n, sample in enumerate(self.samples):
            infinite = np.argwhere(np.isinf(sample))
            if len(infinite):
                sentence, path = self.where(n, int(infinite[0][0]), int(infinite[0][1]))
                raise input_problem(
                    "finite_number", f"{sentence}: the number is infinite, or beyond every float", *path
                )
        count = sum(int(gap.sum()) for gap in gaps)
        if not count:
            return self
        if filling == "error":
            raise self._no_value(gaps, count)
        filler = _carried if filling == "forward" else _zeroed
        samples = [filler(sample, gap) for sample, gap in zip(self.samples, gaps, strict=True)]
        for n, sample in enumerate(samples):
            left = np.argwhere(np.isnan(sample))
            if len(left):
                sentence, path = self.where(n, int(left[0][0]), int(left[0][1]))
                sentence = f"{sentence}: there is no value, and none before it in this sample that could be carried on"
                raise input_problem("missing", sentence, *path)
        return replace(self, samples=samples, remarks=[*self.remarks, self._told(gaps, count, filling)])

    def _no_value(self, gaps: list[NDArray[np.bool_]], count: int) -> InvalidCall:
        n = next(k for k, gap in enumerate(gaps) if gap.any())
        t, i = (int(k) for k in np.argwhere(gaps[n])[0])
        sentence, path = self.where(n, t, i)
        more = f", the first of {count} that are missing" if count > 1 else ""
        choice = "Choose how missing values are filled (missing=forward or zero), or leave the column out"
        return input_problem("missing", f"{sentence}: there is no value{more}. {choice}", *path)

    def _told(self, gaps: list[NDArray[np.bool_]], count: int, filling: Filling) -> str:
        width = self.samples[0].shape[1]
        per_feature = np.sum([gap.sum(axis=0) for gap in gaps], axis=0)
        names = self.features or [f"feature {k}" for k in range(width)]
        where = listed([f"{names[k]} ({int(per_feature[k])})" for k in range(width) if per_feature[k]])
        said = "the value before each" if filling == "forward" else "0"
        many = f"{count} missing values were" if count > 1 else "1 missing value was"
        return f"{many} filled with {said}: {where}."


def _carried(sample: Numbers, gap: NDArray[np.bool_]) -> Numbers:
    last = np.maximum.accumulate(np.where(gap, -1, np.arange(len(sample))[:, None]), axis=0)  # (T, I)
    carried: Numbers = np.where(last < 0, np.nan, np.take_along_axis(sample, np.maximum(last, 0), axis=0))
    return carried


def _zeroed(sample: Numbers, gap: NDArray[np.bool_]) -> Numbers:
    return np.where(gap, 0.0, sample)
