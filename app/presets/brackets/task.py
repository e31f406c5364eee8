"""The task: read brackets and letters, and say at every timestep whether a bracket is open."""

from dataclasses import dataclass
from functools import partial
from typing import Any

import torch
from torch import Generator, Tensor

from ..training import UNSEEN, Model, Recipe, Task, evaluation, unseen

#: Channels of the input: an opening bracket, a closing one, a letter.
CHANNELS = 3


@dataclass(frozen=True)
class Extent:
    """How long a sequence is, and how deep its brackets may go."""

    seq_len: int
    deepest: int


def draw(generator: Generator, samples: int, size: Extent) -> tuple[Tensor, Tensor]:
    """Random sequences (T, N, 3), one character each timestep, and how many brackets are then open (T, N).

    A bracket is never closed before it is opened, and never opened at the greatest depth.
    """
    depth = torch.zeros(samples)
    steps, depths = [], []
    for _ in range(size.seq_len):
        wish = torch.rand(samples, generator=generator)  # (N,)
        opens = (wish < 0.4) & (depth < size.deepest)
        closes = (wish >= 0.4) & (wish < 0.8) & (depth > 0)
        depth = depth + opens.float() - closes.float()
        steps.append(torch.stack([opens, closes, ~(opens | closes)], dim=-1).float())  # (N, 3)
        depths.append(depth)
    return torch.stack(steps), torch.stack(depths)


def loss(readout: Tensor, depths: Tensor) -> Tensor:
    """Squared error of the read-out (T, N, 1), which should be 1 while a bracket is open, else 0."""
    return (readout[..., 0] - (depths > 0).float()).square().mean()


def share_right(readout: Tensor, depths: Tensor) -> float:
    """The share of sequences answered right at every timestep: open where the read-out is above 0.5."""
    return ((readout[..., 0] > 0.5) == (depths > 0)).all(dim=0).float().mean().item()


SIZE = Extent(seq_len=40, deepest=5)
RECIPE = Recipe(
    inputs=CHANNELS,
    hidden=4,
    answers=1,
    seed=2,
    steps=1500,
    batch=64,
    learning_rate=0.02,
    readout_price=0.001,
    gate_price=0.03,
    recurrent_price=0.003,
)
HELD_OUT = Extent(60, 8)
SIZES = (SIZE, Extent(200, 5), Extent(200, 20))


def measure(model: Model, sequences: int = UNSEEN) -> dict[str, Any]:
    """The accuracy that preset.json states."""

    def row(size: Extent) -> dict[str, Any]:
        x, depths = unseen(partial(draw, size=size), sequences)
        share = share_right(model(x)[0], depths)
        return {"seq_len": size.seq_len, "deepest": size.deepest, "accuracy": round(share, 4)}

    return evaluation(
        RECIPE,
        sequences,
        what="share of sequences answered right at every timestep: is a bracket open?",
        how="freshly drawn sequences, longer and deeper than in training, with a seed that training did not use",
        trained_on={"seq_len": SIZE.seq_len, "deepest": SIZE.deepest},
        seed_chosen="by eye among 1 and 2, at a few prices, for one unit that counts",
        held_out=row(HELD_OUT),
        by_size=[row(size) for size in SIZES],
    )


TASK = Task(RECIPE, partial(draw, size=SIZE), loss, measure)
