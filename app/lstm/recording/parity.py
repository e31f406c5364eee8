"""Comparison of the recorded numbers with those that torch returned."""

import torch
from torch import Tensor

from .. import cell
from ..config import GATES
from ..trace import Parity, tolerance
from .cell_run import CellRun, Opened


def parity_of(run: CellRun, opened: Opened, largest: float) -> Parity:
    """The parity of a cell, given the largest difference of its hidden states and of its last c.

    Compares in detail only if numbers differ by more than rounding explains for magnitude 1, or are NaN.
    """
    bound = tolerance(run.computed_in or opened.c.dtype)
    if largest > bound:
        bound *= _magnitude(run, opened)
    return Parity(largest, largest == 0.0, bound)


def difference(run: CellRun, opened: Opened) -> float:
    """The largest difference of the hidden states that follow from the recorded numbers, and of the last c."""
    hidden = (_hidden_difference(run, part, start) for start, part in opened.chunks(run.reverse))
    return max(_end_difference(run, opened), *hidden)


def _hidden_difference(run: CellRun, part: Opened, start: int) -> float:
    h = part.m
    if h is None:
        h = cell.hidden_state(part.gates.chunk(len(GATES), dim=-1)[-1], part.c)
    if run.parameters.weight_hr is not None:
        h = cell.projection(h, run.parameters.weight_hr)
    return _largest(h - part.h, part.h, run.absent(start, start + part.c.shape[0]))


def _end_difference(run: CellRun, opened: Opened) -> float:
    if run.reverse:
        c = opened.c[0]
    elif run.lengths is None:
        c = opened.c[-1]
    else:
        c = opened.c[run.lengths - 1, torch.arange(opened.c.shape[1], device=opened.c.device)]
    return _largest(c - run.c_n, run.c_n)


def _largest(difference: Tensor, reference: Tensor, absent: Tensor | None = None) -> float:
    """The largest difference: zero where both numbers are non-finite, infinite where only one is."""
    if absent is not None:
        difference.masked_fill_(absent, 0.0)
    largest: float = difference.abs().max().item()
    if largest < float("inf"):
        return largest
    both = difference.isnan() & ~reference.isfinite()
    return difference.masked_fill_(both, 0.0).nan_to_num_(float("inf")).abs().max().item()


def _magnitude(run: CellRun, opened: Opened) -> float:
    """The largest magnitude in the sums, at least 1."""
    magnitude = 1.0
    for _, part in opened.chunks(run.reverse):
        z = cell.affine(part.x, part.h_prev, run.parameters, torch.empty_like(part.gates))
        magnitude = max(magnitude, z.abs().max().item(), part.c.abs().max().item())
    return magnitude
