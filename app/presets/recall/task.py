"""The task: store a bit, ignore the bits that follow, give the stored one back when asked; then once more."""

from dataclasses import dataclass
from functools import partial
from typing import Any

import torch
from torch import Generator, Tensor

from ..training import UNSEEN, Model, Recipe, Task, evaluation, unseen

#: Channels of the input.
VALUE, STORE, RECALL = range(3)
CHANNELS = 3
ANSWER_WEIGHT = 5.0
"""How much more a timestep with an answer counts than a silent one; there are far fewer of them."""


@dataclass(frozen=True)
class Delays:
    """How many timesteps after its store flag a bit is asked for: from `shortest` to `longest`, each as likely."""

    shortest: int
    longest: int


def draw(generator: Generator, samples: int, delays: Delays) -> tuple[Tensor, Tensor]:
    """Random sequences (T, N, 3), and what to answer at each timestep (T, N): +1 or -1 where asked, else 0.

    The value is a random +1 or -1 at every timestep, and 0 where it is asked for. Each sequence stores twice: the
    second bit has to replace the first.
    """

    def between(low: int, high: int) -> Tensor:
        return torch.randint(low, high + 1, (samples,), generator=generator)  # (N,)

    first = between(0, 2)
    answer = first + between(delays.shortest, delays.longest)
    second = answer + between(1, 3)
    last = second + between(delays.shortest, delays.longest)
    seq_len = int(last.max()) + 2

    every = torch.arange(samples)
    values = 2.0 * torch.randint(0, 2, (seq_len, samples), generator=generator) - 1.0  # (T, N)
    x = torch.zeros(seq_len, samples, CHANNELS)
    x[..., VALUE] = values
    targets = torch.zeros(seq_len, samples)
    for store, recall in ((first, answer), (second, last)):
        x[store, every, STORE] = 1.0
        x[recall, every, RECALL] = 1.0
        x[recall, every, VALUE] = 0.0
        targets[recall, every] = values[store, every]
    return x, targets


def loss(readout: Tensor, targets: Tensor) -> Tensor:
    """Squared error of the read-out (T, N, 1)."""
    weight = torch.where(targets == 0, 1.0, ANSWER_WEIGHT)  # (T, N)
    return (weight * (readout[..., 0] - targets).square()).mean()


def answers(readout: Tensor) -> Tensor:
    """The read-out as an answer: +1 above 0.5, -1 below -0.5, else 0, which is silence."""
    return (readout > 0.5).float() - (readout < -0.5).float()


def share_right(readout: Tensor, targets: Tensor) -> float:
    """The share of sequences, of (T, N), answered right at every timestep: both bits, and silence elsewhere."""
    return (answers(readout) == targets).all(dim=0).float().mean().item()


DELAYS = Delays(2, 12)
RECIPE = Recipe(
    inputs=CHANNELS,
    hidden=4,
    answers=1,
    seed=7,
    steps=3000,
    batch=64,
    learning_rate=0.02,
    readout_price=0.003,
    gate_price=0.03,
)
HELD_OUT = Delays(2, 60)
RANGES = (DELAYS, Delays(13, 60), Delays(61, 120), Delays(121, 240))


def measure(model: Model, sequences: int = UNSEEN) -> dict[str, Any]:
    """The accuracy that preset.json states."""

    def row(delays: Delays) -> dict[str, Any]:
        x, targets = unseen(partial(draw, delays=delays), sequences)
        share = share_right(model(x)[0][..., 0], targets)
        return {"delays": [delays.shortest, delays.longest], "accuracy": round(share, 4)}

    return evaluation(
        RECIPE,
        sequences,
        what="share of sequences answered right at every timestep: both stored bits, and silence everywhere else",
        how="freshly drawn sequences that store twice, with a seed that training did not use",
        trained_on={"delays": [DELAYS.shortest, DELAYS.longest]},
        seed_chosen="by eye among 0 to 11, for one unit that holds bit 1 as a positive c",
        held_out=row(HELD_OUT),
        by_delay=[row(delays) for delays in RANGES],
    )


TASK = Task(RECIPE, partial(draw, delays=DELAYS), loss, measure)
