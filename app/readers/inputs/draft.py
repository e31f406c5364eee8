"""Samples as read: values that may still be missing, with labels and annotations of their timesteps."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from ...lstm import InvalidCall, Problem
from ...lstm.errors import Value, remark
from .names import listed
from .options import Filling, input_problem

Numbers = NDArray[np.float64]
Entry = str | float | None


class ValuePlace(NamedTuple):
    """The position of a value: in a table its row, column and name; else its sample, timestep and feature."""

    path: tuple[str | int, ...]
    ctx: dict[str, Value]


#: The position of a value, from sample, timestep and feature.
Where = Callable[[int, int, int], ValuePlace]


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
    remarks: list[Problem] = field(default_factory=list)

    def filled(self, filling: Filling) -> "Draft":
        """The samples with every missing value filled, and a remark. Raises InvalidCall if one may not or cannot be
        filled."""
        gaps = [np.isnan(sample) for sample in self.samples]
        for n, sample in enumerate(self.samples):
            infinite = np.argwhere(np.isinf(sample))
            if len(infinite):
                raise _infinite(self.where(n, int(infinite[0][0]), int(infinite[0][1])))
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
                raise _nothing_before(self.where(n, int(left[0][0]), int(left[0][1])))
        return replace(self, samples=samples, remarks=[*self.remarks, self._told(gaps, count, filling)])

    def _no_value(self, gaps: list[NDArray[np.bool_]], count: int) -> InvalidCall:
        n = next(k for k, gap in enumerate(gaps) if gap.any())
        t, i = (int(k) for k in np.argwhere(gaps[n])[0])
        return _missing(self.where(n, t, i), count)

    def _told(self, gaps: list[NDArray[np.bool_]], count: int, filling: Filling) -> Problem:
        width = self.samples[0].shape[1]
        per_feature = np.sum([gap.sum(axis=0) for gap in gaps], axis=0)
        names = self.features or [f"feature {k}" for k in range(width)]
        where = listed([f"{names[k]} ({int(per_feature[k])})" for k in range(width) if per_feature[k]])
        if filling == "forward":
            template = "Missing values, {count} of them, were filled with the value before each: {names}."
            return remark("filled_forward", template, count=count, names=where)
        return remark(
            "filled_zero", "Missing values, {count} of them, were filled with 0: {names}.", count=count, names=where
        )


def _infinite(place: ValuePlace) -> InvalidCall:
    if "row" in place.ctx:
        template = "Row {row}, column {column} ({name}): the number is infinite, or beyond every float"
        return input_problem("infinite_cell", template, *place.path, **place.ctx)
    template = "Sample {n}, timestep {t}, feature {i} (all from 0): the number is infinite, or beyond every float"
    return input_problem("infinite_value", template, *place.path, **place.ctx)


def _missing(place: ValuePlace, count: int) -> InvalidCall:
    if "row" in place.ctx:
        template = (
            "Row {row}, column {column} ({name}): there is no value; {count} are missing. Choose how missing values "
            "are filled (missing=forward or zero), or leave the column out"
        )
        return input_problem("missing_cell", template, *place.path, **place.ctx, count=count)
    template = (
        "Sample {n}, timestep {t}, feature {i} (all from 0): there is no value; {count} are missing. Choose how "
        "missing values are filled (missing=forward or zero)"
    )
    return input_problem("missing_value", template, *place.path, **place.ctx, count=count)


def _nothing_before(place: ValuePlace) -> InvalidCall:
    if "row" in place.ctx:
        template = (
            "Row {row}, column {column} ({name}): there is no value, and none before it in this sample that could be "
            "carried on"
        )
        return input_problem("nothing_before_cell", template, *place.path, **place.ctx)
    template = (
        "Sample {n}, timestep {t}, feature {i} (all from 0): there is no value, and none before it in this sample that "
        "could be carried on"
    )
    return input_problem("nothing_before_value", template, *place.path, **place.ctx)


def _carried(sample: Numbers, gap: NDArray[np.bool_]) -> Numbers:
    last = np.maximum.accumulate(np.where(gap, -1, np.arange(len(sample))[:, None]), axis=0)  # (T, I)
    carried: Numbers = np.where(last < 0, np.nan, np.take_along_axis(sample, np.maximum(last, 0), axis=0))
    return carried


def _zeroed(sample: Numbers, gap: NDArray[np.bool_]) -> Numbers:
    return np.where(gap, 0.0, sample)
