"""How the recorded numbers compare with those that torch returned."""

from collections.abc import Iterable, Sequence

import torch
from torch import Tensor

from app.lstm import cell
from app.lstm.cell_run import CellRun, Chunk
from app.lstm.config import GATES
from app.lstm.trace import Parity, tolerance


def parity_of(runs: Sequence[CellRun], whole: Chunk, chunks: Sequence[Chunk], extremes: Iterable[Tensor]) -> Parity:
    """The parity of the worst of some cells, given the extremes of the differences of their hidden states.

    Only where numbers are further apart than rounding explains for magnitude 1, or are none, is there a closer look.
    """
    ends = _at_end(whole.c, runs) - torch.stack([run.c_n for run in runs])
    every = torch.stack([*extremes, *torch.aminmax(ends)]).tolist()
    bound = tolerance(whole.c.dtype)
    if all(abs(extreme) <= bound for extreme in every):
        largest = max(map(abs, every))
        return Parity(largest, largest == 0.0, bound)
    return Parity.worst(_closer(k, runs, whole, chunks) for k in range(len(runs)))


def _closer(k: int, runs: Sequence[CellRun], whole: Chunk, chunks: Sequence[Chunk]) -> Parity:
    """The parity of one cell, with a tolerance for the magnitude of its numbers."""
    parameters = runs[k].parameters
    largest = _largest(_at_end(whole.c, runs)[k], runs[k].c_n)
    magnitude = 1.0
    for chunk in chunks:
        c = chunk.c[k]
        z = cell.pre_activations(chunk.xs[k], chunk.h_prev[k], parameters, torch.empty_like(chunk.gates[k]))
        magnitude = max(magnitude, z.abs().max().item(), c.abs().max().item())
        h = cell.hidden_state(chunk.gates[k].chunk(len(GATES), dim=-1)[-1], c)
        if parameters.weight_hr is not None:
            h = cell.projection(h, parameters.weight_hr)
        largest = max(largest, _largest(h, chunk.h[k], chunk.absent))
    return Parity(largest, largest == 0.0, tolerance(whole.c.dtype) * magnitude)


def _largest(ours: Tensor, theirs: Tensor, absent: Tensor | None = None) -> float:
    """The largest difference. There is none where neither number is finite, an infinite one where one of them is."""
    difference = ours - theirs
    if absent is not None:
        difference.masked_fill_(absent, 0.0)
    both = difference.isnan() & ~theirs.isfinite()
    return difference.masked_fill_(both, 0.0).nan_to_num_(float("inf")).abs().max().item()


def _at_end(value: Tensor, runs: Sequence[CellRun]) -> Tensor:
    """A quantity at the timesteps that the cells computed last, (K, N, size)."""
    if runs[0].direction == "reverse":
        return value[:, 0]
    lengths = runs[0].lengths
    if lengths is None:
        return value[:, -1]
    return value[:, lengths - 1, torch.arange(value.shape[2], device=value.device)]
