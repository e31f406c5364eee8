"""Opening one cell: from what it read and the hidden states that torch returned, every number inside.

The work goes through time in chunks whose pre-activations stay in the processor's cache, and nothing is written twice:
the pre-activations become the gates that are kept, the products i * g become the cell states.
"""

from dataclasses import dataclass
from itertools import repeat
from typing import NamedTuple

import torch
from torch import Tensor

from app.lstm import cell
from app.lstm.config import GATES, Direction
from app.lstm.differences import Differences
from app.lstm.room import room
from app.lstm.scan import BLOCK, WIDE, scan
from app.lstm.trace import CellTrace, Parity, tolerance
from app.lstm.weights import CellParameters

#: How many numbers of pre-activations make a chunk; with float32 they take two megabytes.
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


class _Kept(NamedTuple):
    """What a cell reads and what is kept of it, or some timesteps of that, (T, N, size) each."""

    x: Tensor
    h_prev: Tensor
    h: Tensor
    gates: Tensor  # (T, N, 4H), in torch's order
    c: Tensor
    m: Tensor | None
    z: Tensor | None  # (T, N, 4H)
    absent: Tensor | None  # (T, N, 1), where a sample has ended
    first: Tensor | None  # (T, N, 1), in the reverse direction: where it begins

    @classmethod
    def of(cls, run: CellRun, pre_activations: bool) -> "_Kept":
        """What is known before the opening, and room for the rest."""
        shape = run.x.shape[:2]
        hidden_size = run.c_0.shape[-1]
        h, h_prev = _hidden_states(run)
        gates = room(run.x, *shape, len(GATES) * hidden_size)
        c = room(run.x, *shape, hidden_size)
        m = None if run.parameters.weight_hr is None else room(run.x, *shape, hidden_size)
        z = room(run.x, *gates.shape) if pre_activations else None
        absent = first = None
        if run.lengths is not None:
            timesteps = torch.arange(shape[0], device=run.lengths.device).unsqueeze(1)
            absent = (timesteps >= run.lengths).unsqueeze(-1)
            if run.direction == "reverse":
                first = (timesteps == run.lengths - 1).unsqueeze(-1)
        return cls(run.x, h_prev, h, gates, c, m, z, absent, first)

    def cut(self, reverse: bool) -> "list[_Kept]":
        """The same in chunks, in the order of computation."""
        size = min(CHUNK_NUMBERS // self.gates[0].numel(), LONGEST_CHUNK)
        size = 1 << max(size.bit_length() - 1, 0)
        if self.x.shape[0] <= size:
            return [self]
        parts = [repeat(None) if value is None else value.split(size) for value in self]
        chunks = [_Kept(*chunk) for chunk in zip(*parts, strict=False)]
        return chunks[::-1] if reverse else chunks


def open_cell(run: CellRun, *, pre_activations: bool = False) -> tuple[CellTrace, Parity]:
    """All that the cell computed, its pre-activations too if they are asked for, and its parity with torch."""
    reverse = run.direction == "reverse"
    kept = _Kept.of(run, pre_activations)
    chunks = kept.cut(reverse)
    weights = cell.AffineWeights.of(run.parameters)
    differences = Differences()
    carry = run.c_0
    for chunk in chunks:
        z = _pre_activations(chunk, weights, chunk.gates)
        if chunk.z is not None:
            chunk.z.copy_(z)
        i, f, g, o = cell.activate_(chunk.gates)
        c = torch.mul(i, g, out=chunk.c)
        if chunk.absent is not None:
            f = _restarted(f, c, chunk.absent, chunk.first, run.c_0)
        carry = scan(f, c, carry, reverse=reverse)
        m = cell.hidden_state(o, c)
        if chunk.m is not None:
            chunk.m.copy_(m)
        differences.note(_projected(m, run.parameters.weight_hr), chunk.h, chunk.absent)
    _note_ends(run, kept, differences)
    parity = _parity(run, kept, chunks, weights, differences)
    return _trace(run, kept), parity


def _pre_activations(chunk: _Kept, weights: cell.AffineWeights, out: Tensor) -> Tensor:
    cell.pre_activations(chunk.x.flatten(0, 1), chunk.h_prev.flatten(0, 1), weights, out.flatten(0, 1))
    return out


def _projected(m: Tensor, weight_hr: Tensor | None) -> Tensor:
    """The hidden states that follow from o * tanh(c)."""
    return m if weight_hr is None else cell.projection(m, weight_hr)


def _restarted(f: Tensor, c: Tensor, absent: Tensor, first: Tensor | None, c_0: Tensor) -> Tensor:
    """f and the products in c such that nothing comes from the padding, and each sample starts from its c_0."""
    c.masked_fill_(absent, 0.0)
    if first is None:
        return f.masked_fill(absent, 0.0)
    c.copy_(torch.where(first, torch.addcmul(c, f, c_0), c))
    return f.masked_fill(absent | first, 0.0)


def _parity(
    run: CellRun, kept: _Kept, chunks: list[_Kept], weights: cell.AffineWeights, differences: Differences
) -> Parity:
    """How the recorded numbers compare with what torch returned.

    Only where they are further apart than rounding explains for numbers of magnitude 1 are the magnitudes looked for.
    """
    largest = differences.largest()
    if largest != largest:  # not a number: then with care, and no difference where torch has no finite number either
        differences = Differences(careful=True)
        for chunk in chunks:
            o = chunk.gates.chunk(len(GATES), dim=-1)[-1]
            again = _projected(cell.hidden_state(o, chunk.c), run.parameters.weight_hr)
            differences.note(again, chunk.h, chunk.absent)
        _note_ends(run, kept, differences)
        largest = differences.largest()
    bound = tolerance(run.x.dtype)
    if largest <= bound:
        return Parity(largest, largest == 0.0, bound)
    magnitude = 1.0
    for chunk in chunks:
        z = _pre_activations(chunk, weights, torch.empty_like(chunk.gates))
        magnitude = max(magnitude, z.abs().max().item(), chunk.c.abs().max().item())
    return Parity(largest, False, bound * magnitude)


def _note_ends(run: CellRun, kept: _Kept, differences: Differences) -> None:
    """Compare the states in which the cell ended."""
    for value, returned in ((kept.c, run.c_n), (kept.h, run.h_n)):
        if run.direction == "reverse":
            last = value[0]
        elif run.lengths is None:
            last = value[-1]
        else:
            last = value[run.lengths - 1, torch.arange(value.shape[1], device=value.device)]
        differences.note(last.clone(), returned)


def _trace(run: CellRun, kept: _Kept) -> CellTrace:
    """The cell's trace. Beyond a sample's length there is NaN, so that nobody takes it for data."""
    if kept.absent is not None:
        for value in (kept.gates, kept.c, kept.h, kept.m, kept.z):
            if value is not None:
                value.masked_fill_(kept.absent, float("nan"))
    i, f, g, o = kept.gates.chunk(len(GATES), dim=-1)
    z = (None,) * len(GATES) if kept.z is None else kept.z.chunk(len(GATES), dim=-1)
    return CellTrace(run.layer, run.direction, i, f, g, o, kept.c, kept.h, run.h_0, run.c_0, kept.m, *z)


def _hidden_states(run: CellRun) -> tuple[Tensor, Tensor]:
    """h_t and h_{t-1} of every timestep, (T, N, R) each, in one buffer where the states lie a timestep apart.

    In the reverse direction h_{t-1} lies a timestep later; there each sample starts from its own end.
    """
    h_0 = run.h_0.unsqueeze(0)
    states = room(run.hidden, run.hidden.shape[0] + 1, *run.hidden.shape[1:])
    if run.direction == "forward":
        torch.cat((h_0, run.hidden), out=states)
        return states[1:], states[:-1]
    torch.cat((run.hidden, h_0), out=states)
    before, after = states[:-1], states[1:]
    if run.lengths is not None:
        after = after.clone()
        after[run.lengths - 1, torch.arange(after.shape[1], device=after.device)] = run.h_0
    return before, after
