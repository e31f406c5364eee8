"""The task: read brackets and letters, and say at every timestep whether a bracket is open."""

from dataclasses import dataclass

import torch
from torch import Generator, Tensor

#: Channels of the input, one for each character.
OPEN, CLOSE, LETTER = range(3)
CHARACTERS = "()a"


@dataclass(frozen=True)
class Size:
    """How long a sequence is, and how deep its brackets may go."""

    seq_len: int
    deepest: int


def draw(generator: Generator, samples: int, size: Size) -> tuple[Tensor, Tensor]:
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


def fault(readout: Tensor, depths: Tensor) -> Tensor:
    """Squared error of the read-out (T, N, 1), which should be 1 while a bracket is open, else 0."""
    return (readout[..., 0] - (depths > 0).float()).square().mean()


def share_right(readout: Tensor, depths: Tensor) -> float:
    """The share of sequences answered right at every timestep: open where the read-out is above 0.5."""
    return ((readout[..., 0] > 0.5) == (depths > 0)).all(dim=0).float().mean().item()
