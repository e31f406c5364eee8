"""The task: two of many numbers are marked; give their sum where it is asked for."""

from dataclasses import dataclass
from functools import partial
from typing import Any

import torch
from torch import Generator, Tensor

from ..training import UNSEEN, Model, Recipe, Task, evaluation, unseen

#: Channels of the input.
VALUE, MARK, ASK = range(3)
CHANNELS = 3


@dataclass(frozen=True)
class Lengths:
    """How many numbers a sequence has before it asks: from `shortest` to `longest`, each as likely."""

    shortest: int
    longest: int


def draw(generator: Generator, samples: int, lengths: Lengths) -> tuple[Tensor, Tensor]:
    """Random sequences (T, N, 3), and for each timestep (T, N, 2): the answer, and 1 where it is asked for, else 0.

    The numbers are random in [-1, 1], to two decimals. Where nothing is asked the answer is 0. After the question a
    sequence goes on with zeros.
    """
    count = torch.randint(lengths.shortest, lengths.longest + 1, (samples,), generator=generator)  # (N,)
    seq_len = int(count.max()) + 1
    every = torch.arange(samples)
    values = torch.randint(-100, 101, (seq_len, samples), generator=generator) / 100.0  # (T, N)
    order = torch.rand(seq_len, samples, generator=generator)
    order = order.masked_fill(torch.arange(seq_len)[:, None] >= count, 2.0)
    marked = order.argsort(dim=0)[:2]  # (2, N): two different timesteps before the question
    x = torch.zeros(seq_len, samples, CHANNELS)
    x[..., VALUE] = values.masked_fill(torch.arange(seq_len)[:, None] >= count, 0.0)
    x[marked, every, MARK] = 1.0
    x[count, every, ASK] = 1.0
    sums = torch.zeros(seq_len, samples)
    sums[count, every] = values[marked, every].sum(dim=0)
    return x, torch.stack([sums, x[..., ASK]], dim=-1)


def loss(readout: Tensor, targets: Tensor) -> Tensor:
    """Squared error of the read-out (T, N, 1). The one timestep with an answer counts for ten silent ones."""
    answer, asked = targets.unbind(dim=-1)
    return ((1 + 9 * asked) * (readout[..., 0] - answer).square()).mean()


def distances(readout: Tensor, targets: Tensor) -> Tensor:
    """How far each of N answers is from the sum, where it is asked for."""
    answer, asked = targets.unbind(dim=-1)
    return ((readout[..., 0] - answer).abs() * asked).sum(dim=0)


LENGTHS = Lengths(4, 20)
RECIPE = Recipe(
    inputs=CHANNELS,
    hidden=4,
    answers=1,
    seed=0,
    steps=4000,
    batch=64,
    learning_rate=0.02,
    readout_price=0.00003,
    gate_price=0.01,
    recurrent_price=0.001,
)
HELD_OUT = Lengths(4, 40)
RANGES = (LENGTHS, Lengths(21, 40), Lengths(41, 100))
NEAR = 0.1


def measure(model: Model, sequences: int = UNSEEN) -> dict[str, Any]:
    """The accuracy that preset.json states."""

    def row(lengths: Lengths) -> dict[str, Any]:
        x, targets = unseen(partial(draw, lengths=lengths), sequences)
        off = distances(model(x)[0], targets)
        return {
            "lengths": [lengths.shortest, lengths.longest],
            "accuracy": round((off < NEAR).float().mean().item(), 4),
            "rmse": round(off.square().mean().sqrt().item(), 4),
        }

    return evaluation(
        RECIPE,
        sequences,
        what=f"share of answers within {NEAR} of the sum, which lies between -2 and 2; rmse: of the answers",
        how="freshly drawn sequences, up to twice as long as in training, with a seed that training did not use",
        trained_on={"lengths": [LENGTHS.shortest, LENGTHS.longest]},
        seed_chosen="by eye among 0 to 8, at a few prices, for one unit that keeps the sum",
        held_out=row(HELD_OUT),
        by_length=[row(lengths) for lengths in RANGES],
    )


TASK = Task(RECIPE, partial(draw, lengths=LENGTHS), loss, measure)
