"""The task: at every timestep, say on which sides there is a marker: to the left, to the right, both, none."""

import torch
from torch import Generator, Tensor

#: Channels of the input.
VALUE, MARK, WALL = range(3)
CHANNELS = 3
#: Answers.
LEFT, RIGHT = range(2)
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


def fault(readout: Tensor, targets: Tensor) -> Tensor:
    """Squared error of the read-out (T, N, 2)."""
    return (readout - targets).square().mean()


def share_right(readout: Tensor, targets: Tensor) -> float:
    """The share of sequences answered right on both sides at every timestep: yes where the read-out is above 0.5."""
    return ((readout > 0.5) == (targets > 0.5)).all(dim=-1).all(dim=0).float().mean().item()
