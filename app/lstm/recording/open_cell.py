"""Opening cells: computes every number inside from a cell's input and the hidden states that torch returned.

Given all hidden states, the cells of a stack are independent of one another. A cell is processed in chunks of time
whose pre-activations stay in the processor's cache, and nothing is copied: the pre-activations become the recorded
gates. The compiled kernel, if available, does the rest in one pass; else torch does, and the products i * g become the
cell states.
"""

from math import inf

import torch
from torch import Tensor

from .. import cell
from ..config import GATES
from ..trace import CellTrace, Parity, tolerance
from . import kernel
from .buffers import buffer_like
from .cell_run import CellRun, Opened
from .parity import difference, parity_of
from .scan import scan


def open_cell(run: CellRun, *, pre_activations: bool = False) -> tuple[CellTrace, Parity]:
    """All numbers of the cell, with its pre-activations if requested, and its parity with torch."""
    if kernel.takes_whole(run):
        found, largest = kernel.open_whole(run, pre_activations=pre_activations)
        if largest <= (bound := tolerance(torch.float32)):  # else compare in detail
            return found, Parity(largest, largest == 0.0, bound)
    opened = _buffers_for(run, pre_activations)
    by_kernel = all(map(kernel.takes, (opened.gates, opened.h, run.c_0, run.c_n)))
    carry, largest = run.c_0, 0.0
    for start, part in opened.chunks(run.reverse):
        cell.affine(part.x, part.h_prev, run.parameters, out=part.gates)
        if part.z is not None:
            part.z.copy_(part.gates)
        if by_kernel:
            largest = max(largest, kernel.open_chunk(run, part, carry, start))
        else:
            _open_by_torch(run, part, carry, start)
        if part is not opened:
            carry = part.c[0 if run.reverse else -1]
    if not by_kernel or largest == inf or opened.m is not None:
        largest = difference(run, opened)
    parity = parity_of(run, opened, largest)
    return _trace(run, opened), parity


def _open_by_torch(run: CellRun, part: Opened, carry: Tensor, start: int) -> None:
    """The kernel's work on a chunk, in separate torch operations."""
    i, f, g, o = cell.activate_(part.gates)
    c = torch.mul(i, g, out=part.c)
    absent = run.absent(start, start + c.shape[0])
    if absent is not None:
        f = _restarted(run, f, c, absent, start)
    scan(f, c, carry, reverse=run.reverse)
    if part.m is not None:
        part.m.copy_(cell.hidden_state(o, c))


def _restarted(run: CellRun, f: Tensor, c: Tensor, absent: Tensor, start: int) -> Tensor:
    """f and the products in c, changed so that padding has no effect, and each sample starts from its c_0."""
    c.masked_fill_(absent, 0.0)
    if not run.reverse:
        return f.masked_fill(absent, 0.0)
    assert run.lengths is not None
    timesteps = torch.arange(start, start + c.shape[0], device=c.device).unsqueeze(1)
    first = (timesteps == run.lengths - 1).unsqueeze(-1)
    c.copy_(torch.where(first, torch.addcmul(c, f, run.c_0), c))
    return f.masked_fill(absent | first, 0.0)


def _buffers_for(run: CellRun, pre_activations: bool) -> Opened:
    """The known tensors of a cell before it is opened, and buffers for the rest."""
    like, hidden_size = run.x, run.c_0.shape[-1]
    seq_len, batch_size, _ = like.shape
    h, h_prev = _hidden_states(run)
    gates_size = len(GATES) * hidden_size
    return Opened(
        x=like,
        h_prev=h_prev,
        h=h,
        gates=buffer_like(like, seq_len, batch_size, gates_size),
        c=buffer_like(like, seq_len, batch_size, hidden_size),
        m=buffer_like(like, seq_len, batch_size, hidden_size) if run.parameters.weight_hr is not None else None,
        z=buffer_like(like, seq_len, batch_size, gates_size) if pre_activations else None,
    )


def _hidden_states(run: CellRun) -> tuple[Tensor, Tensor]:
    """h_t and h_{t-1} of every timestep, (T, N, R) each, as views of one buffer one timestep apart.

    In the reverse direction h_{t-1} is one timestep later, and each sample starts from its own end.
    """
    seq_len, *rest = run.hidden.shape
    states, h_0 = buffer_like(run.hidden, seq_len + 1, *rest), run.h_0.unsqueeze(0)
    torch.cat([run.hidden, h_0] if run.reverse else [h_0, run.hidden], out=states)
    earlier, later = states[:-1], states[1:]
    if not run.reverse:
        return later, earlier
    if run.lengths is not None:
        later = later.clone()
        later[run.lengths - 1, torch.arange(later.shape[1], device=later.device)] = run.h_0
    return earlier, later


def _trace(run: CellRun, opened: Opened) -> CellTrace:
    """The trace of the cell. NaN beyond a sample's length, so that padding is not mistaken for data."""
    absent = run.absent(0, opened.c.shape[0])
    if absent is not None:
        for value in (opened.gates, opened.c, opened.h, opened.m, opened.z):
            if value is not None:
                value.masked_fill_(absent, float("nan"))
    i, f, g, o = opened.gates.chunk(len(GATES), dim=-1)
    z = len(GATES) * (None,) if opened.z is None else opened.z.chunk(len(GATES), dim=-1)
    return CellTrace(run.layer, run.direction, i, f, g, o, opened.c, opened.h, run.h_0, run.c_0, opened.m, *z)
