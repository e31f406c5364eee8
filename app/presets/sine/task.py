"""The task: forecast the next value of a sine wave from noisy values, some of which are missing."""

import math

import torch
from torch import Generator, Tensor

#: Channels of the input.
VALUE, GAP = range(2)
CHANNELS = 2
NOISE = 0.15
PERIODS = (10.0, 20.0)
GAPS = (4, 10)
FREE = 4
"""Timesteps at the start whose forecasts do not count in training."""


def draw(generator: Generator, samples: int, seq_len: int) -> tuple[Tensor, Tensor]:
    """Random sequences (T, N, 2), and for each timestep the next value of the wave, without noise (T, N).

    Period and phase are random. For some timesteps in the second half there is no value: 0, and a flag that says so.
    """

    def between(low: float, high: float) -> Tensor:
        return low + (high - low) * torch.rand(samples, generator=generator)  # (N,)

    period, phase = between(*PERIODS), between(0.0, 2 * math.pi)
    t = torch.arange(seq_len + 1)[:, None]
    wave = torch.sin(2 * math.pi * t / period + phase)  # (T + 1, N)
    noisy = wave[:-1] + NOISE * torch.randn(seq_len, samples, generator=generator)
    start = torch.randint(seq_len // 2, seq_len - GAPS[1], (samples,), generator=generator)
    length = torch.randint(GAPS[0], GAPS[1] + 1, (samples,), generator=generator)
    gap = (t[:-1] >= start) & (t[:-1] < start + length)
    x = torch.stack([noisy.masked_fill(gap, 0.0), gap.float()], dim=-1)
    return x, wave[1:]


def fault(readout: Tensor, following: Tensor) -> Tensor:
    """Squared error of the forecasts (T, N, 1), but for the first few, when nobody could know."""
    return (readout[..., 0] - following)[FREE:].square().mean()
