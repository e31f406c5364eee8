"""How far numbers are from those of torch, gathered without waiting for the device that computes them."""

import torch
from torch import Tensor


class Differences:
    """The largest of many differences.

    Without care it is not a number where any of the numbers is none. With care, there is no difference where torch's
    number is not finite and ours differs by none, and an infinite one where only one of the two is not finite.
    """

    def __init__(self, *, careful: bool = False) -> None:
        self._careful = careful
        self._extremes: list[Tensor] = []

    def note(self, ours: Tensor, theirs: Tensor, absent: Tensor | None = None) -> None:
        """Compare two tensors but where `absent` is set; `ours` is used up."""
        difference = ours.sub_(theirs)
        if absent is not None:
            difference.masked_fill_(absent, 0.0)
        if self._careful:
            both = difference.isnan() & ~theirs.isfinite()
            difference = difference.masked_fill(both, 0.0).nan_to_num(float("inf"))
        self._extremes += torch.aminmax(difference)

    def largest(self) -> float:
        """The largest magnitude."""
        return torch.stack(self._extremes).abs().max().item()
