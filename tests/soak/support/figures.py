"""What many measurements come to."""

from collections.abc import Sequence
from math import ceil
from statistics import linear_regression


def percentile(values: Sequence[float], share: float) -> float:
    """The smallest value that so large a share of all does not pass; 0 of none."""
    ordered = sorted(values)
    return ordered[max(0, ceil(share * len(ordered)) - 1)] if ordered else 0.0


def milliseconds(seconds: Sequence[float], share: float) -> float:
    """A percentile, to be read."""
    return round(1000 * percentile(seconds, share), 1)


def slope(xs: Sequence[float], ys: Sequence[float]) -> float:
    """How much y grows for each x, by least squares."""
    return linear_regression(xs, ys).slope
