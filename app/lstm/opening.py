"""Opening one cell: from what it read and the hidden states that torch returned, every number inside.

The work goes through time in chunks whose pre-activations stay in the processor's cache, and nothing is written twice:
the pre-activations become the gates that are kept, the products i * g become the cell states.
"""

from dataclasses import dataclass

import torch
from torch import Tensor

from app.lstm import cell
from app.lstm.config import Direction
from app.lstm.scan import BLOCK, scan
from app.lstm.trace import CellTrace, Parity, tolerance
from app.lstm.weights import CellParameters

#: How many numbers of pre-activations make a chunk; with float32 they take a megabyte.
CHUNK_NUMBERS = 2**18


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


def open_cell(run: CellRun) -> tuple[CellTrace, Parity]:
    """All that the cell computed, and its parity with torch."""
    seq_len, batch_size, _ = run.x.shape
    opening = _Opening(run)
    per_timestep = batch_size * run.parameters.weight_hh.shape[0]
    blocks = max(CHUNK_NUMBERS // per_timestep // BLOCK, 1)
    size = BLOCK << (blocks.bit_length() - 1)  # a power of two: the pieces of a long run fall into the same chunks
    chunks = [slice(start, min(start + size, seq_len)) for start in range(0, seq_len, size)]
    for chunk in chunks if run.direction == "forward" else reversed(chunks):
        opening.open(chunk)
    return opening.found(), opening.parity()


class _Opening:
    """The buffers of one cell, filled chunk by chunk in the order of computation."""

    def __init__(self, run: CellRun) -> None:
        self._run = run
        shape = run.x.shape[:2]
        hidden_size = run.c_0.shape[-1]
        self._h, self._h_prev = _hidden_states(run)
        self._sigmoids = run.x.new_empty(*shape, len(cell.SIGMOIDS) * hidden_size)  # i, f, o side by side
        self._g = run.x.new_empty(*shape, hidden_size)
        self._c = run.x.new_empty(*shape, hidden_size)
        self._m = None if run.parameters.weight_hr is None else run.x.new_empty(*shape, hidden_size)
        self._gates = dict(zip(cell.SIGMOIDS, self._sigmoids.chunk(len(cell.SIGMOIDS), dim=-1), strict=True))
        self._weights = cell.by_activation(run.parameters)
        self._padding = None if run.lengths is None else ~valid_tiles(shape[0], run.lengths)
        self._carry = run.c_0
        self._difference, self._magnitude = 0.0, 1.0

    def open(self, chunk: slice) -> None:
        """Fill in some timesteps, given those that the cell computed before them."""
        x = self._run.x[chunk].flatten(0, 1)
        h_prev = self._h_prev[chunk].flatten(0, 1)
        for weights, kept, activate in zip(
            self._weights, (self._sigmoids[chunk], self._g[chunk]), (Tensor.sigmoid_, Tensor.tanh_), strict=True
        ):
            z = cell.pre_activations(x, h_prev, weights, out=kept.flatten(0, 1))
            self._magnitude = max(self._magnitude, _largest(z))
            activate(z)
        i, f, o = (self._gates[gate][chunk] for gate in cell.SIGMOIDS)
        c = torch.mul(i, self._g[chunk], out=self._c[chunk])
        if self._padding is not None:
            f = self._restarted(f, c, chunk)
        self._carry = scan(f, c, self._carry, reverse=self._run.direction == "reverse")
        self._magnitude = max(self._magnitude, _largest(c))
        self._compare(self._hidden_again(o, c, chunk), self._h[chunk], chunk)

    def _restarted(self, f: Tensor, c: Tensor, chunk: slice) -> Tensor:
        """f and the products in c such that nothing comes from the padding, and each sample starts from its c_0."""
        assert self._padding is not None
        assert self._run.lengths is not None
        padding = self._padding[chunk].unsqueeze(-1)
        f = f.masked_fill(padding, 0.0)
        c.masked_fill_(padding, 0.0)
        if self._run.direction == "reverse":
            last = self._run.lengths - 1 - chunk.start
            here = ((last >= 0) & (last < f.shape[0])).nonzero().flatten()
            at = (last[here], here)
            c[at] = cell.cell_state(f[at], self._run.c_0[here], c[at], torch.ones_like(c[at]))
            f[at] = 0.0
        return f

    def _hidden_again(self, o: Tensor, c: Tensor, chunk: slice) -> Tensor:
        """The hidden states as they follow from the recorded gates."""
        weight_hr = self._run.parameters.weight_hr
        unprojected = cell.hidden_state(o, c)
        if weight_hr is None or self._m is None:
            return unprojected
        return cell.projection(self._m[chunk].copy_(unprojected), weight_hr)

    def _compare(self, ours: Tensor, theirs: Tensor, chunk: slice | None = None) -> None:
        """Note how far two tensors are apart, timesteps of the padding aside; `ours` is used up."""
        difference = ours.sub_(theirs)
        if chunk is not None and self._padding is not None:
            difference.masked_fill_(self._padding[chunk].unsqueeze(-1), 0.0)
        largest = _largest(difference)
        if largest != largest:  # not a number: no difference where torch has none either
            both = difference.isnan() & ~theirs.isfinite()
            largest = difference.masked_fill(both, 0.0).nan_to_num(float("inf")).abs().max().item()
        self._difference = max(self._difference, largest)

    def parity(self) -> Parity:
        """How the recorded numbers compare with what torch returned."""
        self._compare(self._at_end(self._c).clone(), self._run.c_n)
        self._compare(self._at_end(self._h).clone(), self._run.h_n)
        return Parity(self._difference, self._difference == 0.0, tolerance(self._run.x.dtype) * self._magnitude)

    def _at_end(self, value: Tensor) -> Tensor:
        """A quantity at the timestep that the cell computed last, (N, size)."""
        if self._run.direction == "reverse":
            return value[0]
        if self._run.lengths is None:
            return value[-1]
        return value[self._run.lengths - 1, torch.arange(value.shape[1], device=value.device)]

    def found(self) -> CellTrace:
        """The cell's trace. Beyond a sample's length there is NaN, so that nobody takes it for data."""
        run = self._run
        if self._padding is not None:
            for value in (self._sigmoids, self._g, self._c, self._h, self._m):
                if value is not None:
                    value.masked_fill_(self._padding.unsqueeze(-1), float("nan"))
        return CellTrace(
            run.layer,
            run.direction,
            **self._gates,
            g=self._g,
            c=self._c,
            h=self._h,
            h_0=run.h_0,
            c_0=run.c_0,
            m=self._m,
        )


def _hidden_states(run: CellRun) -> tuple[Tensor, Tensor]:
    """h_t and h_{t-1} of every timestep, (T, N, R) each, in one buffer where the states lie a timestep apart.

    In the reverse direction h_{t-1} lies a timestep later; there each sample starts from its own end.
    """
    states = run.hidden.new_empty(run.hidden.shape[0] + 1, *run.hidden.shape[1:])
    before, after = (states[:-1], states[1:])
    if run.direction == "forward":
        after.copy_(run.hidden)
        states[0] = run.h_0
        return after, before
    before.copy_(run.hidden)
    states[-1] = run.h_0
    if run.lengths is not None:
        after = after.clone()
        after[run.lengths - 1, torch.arange(after.shape[1], device=after.device)] = run.h_0
    return before, after


def _largest(value: Tensor) -> float:
    """The largest magnitude, NaN if there is one."""
    low, high = torch.aminmax(value)
    return max(-low.item(), high.item())


def valid_tiles(seq_len: int, lengths: Tensor) -> Tensor:
    """Which timesteps of which samples there are, (T, N)."""
    return torch.arange(seq_len, device=lengths.device).unsqueeze(1) < lengths
