"""Statistics of a cell's units over a whole sequence, by which the page can sort them."""

from dataclasses import dataclass
from math import log

import torch
from torch import Tensor

#: Numbers that are processed together, so that a long sequence takes little memory.
_CHUNK = 2**20


@dataclass(frozen=True)
class Units:
    """Statistics of one sample, each (H,), in float64; not finite where the numbers are not.

    half_life: timesteps after which the forget gate alone halves c: ln 0.5 / mean(ln f), since every timestep
    multiplies c by f, and what one timestep keeps on average is f's geometric mean. Infinite for a gate that is always
    1.
    """

    mean_f: Tensor
    variance_c: Tensor
    half_life: Tensor


def units(f: Tensor, c: Tensor, length: int, sample: int = 0) -> Units:
    """Statistics of one cell. f, c: (T, N, H). length: the valid timesteps of the sample."""
    size = f.shape[-1]
    mean_f, mean_log, first, second = (f.new_zeros(size, dtype=torch.float64) for _ in range(4))
    shift = c[0, sample].double()  # (H,): centring keeps small variances accurate
    steps = max(1, _CHUNK // size)
    for start in range(0, length, steps):
        part = slice(start, min(length, start + steps))
        gate = f[part, sample].double()  # (chunk, H)
        mean_f += gate.sum(0)
        mean_log += gate.log().sum(0)
        moved = c[part, sample].double() - shift
        first += moved.sum(0)
        second += moved.square().sum(0)
    variance = (second / length - (first / length).square()).clamp(min=0)
    return Units(mean_f / length, variance, log(2) / (mean_log / length).abs())
