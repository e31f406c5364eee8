"""One cell's run, and pieces of several such runs side by side."""

from dataclasses import dataclass
from typing import NamedTuple

from torch import Tensor

from app.lstm.config import GATES, Direction
from app.lstm.scan import BLOCK, WIDE
from app.lstm.weights import CellParameters

#: How many numbers of pre-activations of one cell make a chunk; with float32 they take two megabytes.
CHUNK_NUMBERS = 2**19
#: The most timesteps of a chunk. Runs that are cut at multiples of it fall into the same chunks as the whole.
LONGEST_CHUNK = 2**12
assert CHUNK_NUMBERS // (len(GATES) * WIDE) >= BLOCK  # a chunk of narrow states is whole blocks


@dataclass(frozen=True)
class CellRun:
    """What is known of one cell's run from outside, all time-major in input order.

    x: (T, N, in), what the cell read. hidden: (T, N, R), torch's hidden states. h_0, c_0, h_n, c_n: (N, R) and (N, H).
    lengths: (N,), or None when every sample has all T timesteps.
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


class Chunk(NamedTuple):
    """Some timesteps of K cells side by side: what they read and what is kept of them, (K, t, N, size) each."""

    xs: tuple[Tensor, ...]  # (t, N, in) of each cell
    h_prev: Tensor
    h: Tensor
    gates: Tensor  # (K, t, N, 4H), in torch's order
    c: Tensor
    m: Tensor | None
    z: Tensor | None  # (K, t, N, 4H)
    absent: Tensor | None  # (t, N, 1), where a sample has ended
    first: Tensor | None  # (t, N, 1), in the reverse direction: where it begins

    def cut(self, reverse: bool) -> "list[Chunk]":
        """The same in pieces, in the order of computation."""
        _, seq_len, batch_size, gates_size = self.gates.shape
        size = min(CHUNK_NUMBERS // (batch_size * gates_size), LONGEST_CHUNK)
        size = 1 << max(size.bit_length() - 1, 0)
        if seq_len <= size:
            return [self]
        starts = range(0, seq_len, size)
        return [self._piece(slice(start, start + size)) for start in (reversed(starts) if reverse else starts)]

    def _piece(self, timesteps: slice) -> "Chunk":
        of_cells = [None if value is None else value[:, timesteps] for value in self[1:7]]
        of_all = [None if value is None else value[timesteps] for value in self[7:]]
        return Chunk(tuple(x[timesteps] for x in self.xs), *of_cells, *of_all)  # type: ignore[arg-type]
