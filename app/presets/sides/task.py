"""The task: at every timestep, say on which sides there is a marker: to the left, to the right, both, none."""

from functools import partial
from typing import Any

import torch
from torch import Generator, Tensor

from ..training import UNSEEN, Model, Recipe, Task, evaluation, unseen

#: Channels of the input.
VALUE, MARK, WALL = range(3)
CHANNELS = 3
MARK_SHARE, WALL_SHARE = 0.12, 0.12


def draw(generator: Generator, samples: int, seq_len: int) -> tuple[Tensor, Tensor]:
    """Random sequences (T, N, 3), and for each timestep whether a marker lies to its left and right (T, N, 2).

    A marker lies on both sides of its own timestep. Walls cut a sequence into rooms, and only what is in the same room
    counts; a wall itself has no marker on either side. The value is random in [-1, 1] and says nothing.
    """
    x = torch.zeros(seq_len, samples, CHANNELS)
    x[..., VALUE] = torch.rand(seq_len, samples, generator=generator) * 2 - 1
    dice = torch.rand(seq_len, samples, generator=generator)
    x[..., MARK] = (dice < MARK_SHARE).float()
    x[..., WALL] = ((dice >= MARK_SHARE) & (dice < MARK_SHARE + WALL_SHARE)).float()
    return x, torch.stack([passed(x), passed(x.flip(0)).flip(0)], dim=-1)


def passed(x: Tensor) -> Tensor:
    """1 where a marker stands at this timestep or earlier, with no wall since, else 0; (T, N)."""
    now = torch.zeros_like(x[0, :, MARK])
    rows = []
    for row in x:
        now = torch.maximum(now, row[:, MARK]) * (1 - row[:, WALL])
        rows.append(now)
    return torch.stack(rows)


def loss(readout: Tensor, targets: Tensor) -> Tensor:
    """Squared error of the read-out (T, N, 2)."""
    return (readout - targets).square().mean()


def share_right(readout: Tensor, targets: Tensor) -> float:
    """The share of sequences answered right on both sides at every timestep: yes where the read-out is above 0.5."""
    return ((readout > 0.5) == (targets > 0.5)).all(dim=-1).all(dim=0).float().mean().item()


SEQ_LEN = 24
RECIPE = Recipe(
    inputs=CHANNELS,
    hidden=4,
    answers=2,
    seed=0,
    steps=1200,
    batch=64,
    learning_rate=0.02,
    readout_price=0.0001,
    gate_price=0.1,
    recurrent_price=0.003,
    bidirectional=True,
)
HELD_OUT = 200


def measure(model: Model, sequences: int = UNSEEN) -> dict[str, Any]:
    """The accuracy that preset.json states."""

    def row(seq_len: int) -> dict[str, Any]:
        x, targets = unseen(partial(draw, seq_len=seq_len), sequences)
        return {"seq_len": seq_len, "accuracy": round(share_right(model(x)[0], targets), 4)}

    return evaluation(
        RECIPE,
        sequences,
        what="share of sequences answered right on both sides at every timestep",
        how="freshly drawn sequences, longer than in training, with a seed that training did not use",
        trained_on={"seq_len": SEQ_LEN},
        seed_chosen="by eye among 0 to 2, at a few prices, for one unit in each direction that marks",
        held_out=row(HELD_OUT),
        by_length=[row(SEQ_LEN)],
    )


TASK = Task(RECIPE, partial(draw, seq_len=SEQ_LEN), loss, measure)
