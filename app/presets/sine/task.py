"""The task: forecast the next value of a sine wave from noisy values, some of which are missing."""

import math
from functools import partial
from typing import Any

import torch
from torch import Generator, Tensor

from ..training import UNSEEN, Model, Recipe, Task, evaluation, unseen

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


def loss(readout: Tensor, following: Tensor) -> Tensor:
    """Squared error of the forecasts (T, N, 1), but for the first few, which cannot be known."""
    return (readout[..., 0] - following)[FREE:].square().mean()


SEQ_LEN = 48
RECIPE = Recipe(
    inputs=CHANNELS,
    hidden=4,
    answers=1,
    seed=2,
    steps=2000,
    batch=64,
    learning_rate=0.02,
    readout_price=0.0001,
    gate_price=0.001,
    recurrent_price=0.00003,
)
HELD_OUT = 96
SETTLED = 8
"""Timesteps at the start that are not measured: before them there is too little of the wave to go by."""


def rmse(errors: Tensor) -> float:
    return round(errors.square().mean().sqrt().item(), 4)


def measure(model: Model, sequences: int = UNSEEN) -> dict[str, Any]:
    """The error that preset.json states."""

    def row(seq_len: int) -> dict[str, Any]:
        x, following = unseen(partial(draw, seq_len=seq_len), sequences)
        gap = x[SETTLED:, :, GAP] == 1
        off = (model(x)[0][..., 0] - following)[SETTLED:]
        last_value = (x[..., VALUE] - following)[SETTLED:]
        return {
            "seq_len": seq_len,
            "rmse": rmse(off[~gap]),
            "rmse_in_gaps": rmse(off[gap]),
            "rmse_of_repeating_the_last_value": rmse(last_value[~gap]),
        }

    return evaluation(
        RECIPE,
        sequences,
        what="root mean squared error of the forecast, against the next value of the wave without its noise",
        how=f"freshly drawn sequences, from t = {SETTLED} on, with a seed that training did not use",
        trained_on={"seq_len": SEQ_LEN, "noise": NOISE, "periods": list(PERIODS), "gaps": list(GAPS)},
        seed_chosen="by eye among 0 to 2, for units that fill and empty in turn",
        held_out=row(HELD_OUT),
        by_length=[row(SEQ_LEN)],
    )


TASK = Task(RECIPE, partial(draw, seq_len=SEQ_LEN), loss, measure)
