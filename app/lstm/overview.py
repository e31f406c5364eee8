"""Overviews of long quantities: tiles with their min, mean and max, from a pyramid of summaries.

A summary of tile length s has min, mean and max of every s timesteps, per unit; the tile lengths of a pyramid are BASE,
BASE * RATIO, BASE * RATIO**2 and so on. A window of any length is then computed from few numbers: those of the coarsest
summary that is still finer than the requested tiles, or for a short window the quantity itself.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import torch
from torch import Tensor

BASE = 32
RATIO = 4
#: A quantity with fewer timesteps has no pyramid: it is read directly.
SHORTEST = 4096
#: Maximum tiles of one reply: with 3 numbers each they stay below 200 KB in base64.
MAX_TILES = 12_000

MIN, MEAN, MAX = range(3)


def tile_lengths(seq_len: int) -> list[int]:
    """The tile lengths of the pyramid of T timesteps, finest first."""
    lengths: list[int] = []
    length = BASE
    while seq_len >= SHORTEST and seq_len > length * BASE:
        lengths.append(length)
        length *= RATIO
    return lengths


def tile_count(seq_len: int, length: int) -> int:
    """The number of tiles of a length that cover T timesteps; the last may be shorter."""
    return -(-seq_len // length)


def summarize(value: Tensor, length: int) -> Tensor:
    """(T, N, H) -> (tiles, 3, N, H): min, mean and max over every `length` timesteps, ignoring NaN."""
    whole = value.shape[0] // length * length
    parts = []
    if whole:
        parts.append(_reduce(value[:whole].unflatten(0, (-1, length))))
    if whole < value.shape[0]:
        parts.append(_reduce(value[whole:].unsqueeze(0)))
    return torch.cat(parts)


def coarsen(summary: Tensor, weights: Tensor) -> Tensor:
    """(tiles, 3, N, H) -> (tiles / RATIO, 3, N, H). weights: (tiles, N), the timesteps in each tile."""
    return merge(summary, weights, [*range(0, summary.shape[0], RATIO), summary.shape[0]])


def merge(summary: Tensor, weights: Tensor, edges: Sequence[int]) -> Tensor:
    """(tiles, 3, N, H) -> (len(edges) - 1, 3, N, H): merges the tiles between consecutive edges."""
    first, last = edges[0], edges[-1]
    starts = [edge - first for edge in edges[:-1]]
    part, weight = summary[first:last], weights[first:last].unsqueeze(-1)
    total = np.add.reduceat((part[:, MEAN].nan_to_num(0.0) * weight).numpy(), starts)
    with np.errstate(invalid="ignore"):  # 0 / 0 is NaN: an empty tile
        mean = torch.from_numpy(total / np.add.reduceat(weight.numpy(), starts))
    low = np.fmin.reduceat(part[:, MIN].numpy(), starts)  # fmin and fmax ignore NaN unless all are NaN
    high = np.fmax.reduceat(part[:, MAX].numpy(), starts)
    return torch.stack([torch.from_numpy(low), mean, torch.from_numpy(high)], dim=1)


def _reduce(value: Tensor) -> Tensor:
    """(groups, timesteps, N, H) -> (groups, 3, N, H)."""
    missing = value.isnan()
    if not missing.any():
        low, high = torch.aminmax(value, dim=1)
        return torch.stack([low, value.mean(1), high], dim=1)
    mean = value.nanmean(1)
    low = value.masked_fill(missing, float("inf")).amin(1).masked_fill(mean.isnan(), float("nan"))
    high = value.masked_fill(missing, float("-inf")).amax(1).masked_fill(mean.isnan(), float("nan"))
    return torch.stack([low, mean, high], dim=1)


def tile_weights(seq_len: int, length: int, lengths: Sequence[int] | None, batch_size: int) -> Tensor:
    """(tiles, N): the number of valid timesteps of each sample in each tile."""
    ends = torch.tensor([seq_len] * batch_size if lengths is None else list(lengths))
    starts = torch.arange(tile_count(seq_len, length)) * length
    return (ends - starts.unsqueeze(1)).clamp(0, length).to(torch.float64)


def pyramid(value: Tensor, lengths: Sequence[int] | None) -> dict[int, Tensor]:
    """All summaries of a quantity (T, N, H), by tile length; empty for a short one."""
    seq_len, batch_size, _ = value.shape
    found: dict[int, Tensor] = {}
    finer: int | None = None
    for length in tile_lengths(seq_len):
        if finer is None:
            found[length] = summarize(value, length)
        else:
            weights = tile_weights(seq_len, finer, lengths, batch_size).to(value.dtype)
            found[length] = coarsen(found[finer], weights)
        finer = length
    return found


@dataclass(frozen=True)
class Overview:
    """Tiles of one sample: row k covers the timesteps time_edges[k] to time_edges[k + 1], columns likewise units.

    low, mean, high: (rows of time, columns of units).
    """

    time_edges: list[int]
    unit_edges: list[int]
    low: Tensor
    mean: Tensor
    high: Tensor


@dataclass(frozen=True)
class Pyramid:
    """One quantity of one cell, (T, N, H), and its summaries by tile length, read lazily."""

    value: Tensor
    summaries: Mapping[int, Tensor]
    lengths: Sequence[int] | None = None

    def overview(
        self, start: int, stop: int, width: int, height: int, sample: int = 0, units: Sequence[int] = ()
    ) -> Overview:
        """At most width x height tiles of the timesteps start to stop, of one sample.

        units: the units in display order, which `unit_edges` index; all if empty. A unit that this quantity does not
        have, such as h beyond a projection, is NaN. Tile edges are moved to those of the summary in use, so the first
        tile may begin before `start` and the last end after `stop`; see `time_edges`.
        """
        width, height = min(width, stop - start), min(height, len(units) or self.value.shape[-1])
        if width * height > MAX_TILES:
            height = max(1, min(height, MAX_TILES // width))
            width = min(width, MAX_TILES // height)
        length = max((s for s in self.summaries if s * width <= stop - start), default=1)
        seq_len = self.value.shape[0]
        first, last = start // length, tile_count(min(stop, seq_len), length)
        edges = _edges(0, last - first, width)
        own = slice(sample, sample + 1)
        if length == 1:
            window = self.value[first:last, own]
            summary = torch.stack([window] * 3, dim=1)
            weights = (~window[..., 0].isnan()).to(torch.float64)
        else:
            summary = self.summaries[length][first:last, :, own]
            ends = None if self.lengths is None else [self.lengths[sample]]
            weights = tile_weights(seq_len, length, ends, 1)[first:last]
        low, mean, high = merge(summary, weights.to(summary.dtype), edges)[:, :, 0].unbind(1)  # (rows, H) each
        low, mean, high = (_chosen(part, units) for part in (low, mean, high))
        bands = _edges(0, low.shape[-1], height)
        return Overview(
            [min((first + edge) * length, seq_len) for edge in edges],
            bands,
            torch.from_numpy(np.fmin.reduceat(low.numpy(), bands[:-1], axis=1)),
            torch.stack([mean[:, a:b].nanmean(1) for a, b in pairwise(bands)], dim=1),
            torch.from_numpy(np.fmax.reduceat(high.numpy(), bands[:-1], axis=1)),
        )


def _chosen(values: Tensor, units: Sequence[int]) -> Tensor:
    """(rows, H) -> (rows, units), NaN where a unit does not exist; unchanged if no units are given."""
    if not units:
        return values
    wanted = torch.tensor(units)
    missing = wanted >= values.shape[-1]
    return values[:, wanted.masked_fill(missing, 0)].masked_fill(missing, float("nan"))


def _edges(start: int, stop: int, parts: int) -> list[int]:
    """`parts` + 1 integer edges that cut a range as evenly as possible; fewer if the range is shorter."""
    parts = min(parts, stop - start)
    return [start + (stop - start) * k // parts for k in range(parts + 1)]
