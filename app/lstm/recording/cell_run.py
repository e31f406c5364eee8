"""One cell's run: its inputs and outputs, and the recorded numbers inside."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any, NamedTuple

import torch
from torch import Tensor

from ..config import GATES, Direction
from ..weights import CellParameters
from .scan import BLOCK, WIDE

#: Pre-activations per chunk; in float32 they take two megabytes.
CHUNK_NUMBERS = 2**19
#: Maximum timesteps of a chunk. Runs that are cut at multiples of it have the same chunks as the whole.
LONGEST_CHUNK = 2**12
assert CHUNK_NUMBERS // (len(GATES) * WIDE) >= BLOCK  # a chunk of narrow states is whole blocks


@dataclass(frozen=True)
class CellRun:
    """The inputs and outputs of one cell's run, all time-major in input order.

    x: (T, N, in), the cell's input. hidden: (T, N, R), torch's hidden states. h_0, c_0, h_n, c_n: (N, R) and (N, H).
    lengths: (N,), or None when every sample has all T timesteps. computed_in: torch's dtype, if not that of x.
    """

    layer: int
    direction: Direction
    parameters: CellParameters
    x: Tensor
    hidden: Tensor
    h_0: Tensor
    c_0: Tensor
    h_n: Tensor
    c_n: Tensor
    lengths: Tensor | None
    computed_in: torch.dtype | None = None

    def widened(self, computed_in: torch.dtype) -> "CellRun":
        """A run under autocast, whose tensors have several dtypes, converted to that of its parameters."""
        names = ("x", "hidden", "h_0", "c_0", "h_n", "c_n")
        wide: dict[str, Any] = {name: getattr(self, name).to(self.parameters.weight_ih.dtype) for name in names}
        return replace(self, computed_in=computed_in, **wide)

    @property
    def reverse(self) -> bool:
        return self.direction == "reverse"

    def absent(self, start: int, stop: int) -> Tensor | None:
        """(stop - start, N, 1): True beyond the length of a sample; None if all are full."""
        if self.lengths is None:
            return None
        timesteps = torch.arange(start, stop, device=self.lengths.device).unsqueeze(1)
        return (timesteps >= self.lengths).unsqueeze(-1)


class Opened(NamedTuple):
    """Recorded timesteps of a cell: its input and its inner numbers, (t, N, size) each."""

    x: Tensor
    h_prev: Tensor
    h: Tensor
    gates: Tensor  # (t, N, 4H), in torch's order
    c: Tensor
    m: Tensor | None
    z: Tensor | None  # (t, N, 4H)

    def chunks(self, reverse: bool) -> "Iterator[tuple[int, Opened]]":
        """In chunks, each with its first timestep, in the order of computation."""
        seq_len, batch_size, gates_size = self.gates.shape
        size = min(CHUNK_NUMBERS // (batch_size * gates_size), LONGEST_CHUNK)
        size = 1 << max(size.bit_length() - 1, 0)
        if seq_len <= size:
            yield 0, self
            return
        starts = range(0, seq_len, size)
        for start in reversed(starts) if reverse else starts:
            timesteps = slice(start, start + size)
            yield start, Opened(*(None if value is None else value[timesteps] for value in self))  # type: ignore[arg-type]
