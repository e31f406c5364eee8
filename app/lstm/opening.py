"""Opening cells: from what they read and the hidden states that torch returned, every number inside.

Given all hidden states, the cells of a stack depend on one another no longer, so those of one direction are opened side
by side: a short run costs as many calls of torch for many cells as for one. The work goes through time in chunks whose
pre-activations stay in the processor's cache, and nothing is written twice: the pre-activations become the gates that
are kept, the products i * g become the cell states.
"""

from collections.abc import Iterator, Sequence
from math import prod

import torch
from torch import Tensor

from app.lstm import cell
from app.lstm.cell_run import CellRun, Chunk
from app.lstm.comparison import parity_of
from app.lstm.config import GATES
from app.lstm.room import room
from app.lstm.scan import scan
from app.lstm.trace import CellTrace, Parity


def open_cell(run: CellRun, *, pre_activations: bool = False) -> tuple[CellTrace, Parity]:
    """All that the cell computed, its pre-activations too if they are asked for, and its parity with torch."""
    (found,), parity = open_cells([run], pre_activations=pre_activations)
    return found, parity


def open_cells(runs: Sequence[CellRun], *, pre_activations: bool = False) -> tuple[list[CellTrace], Parity]:
    """The same for cells of one direction, one run and one LSTM; the parity is that of the worst of them."""
    reverse = runs[0].direction == "reverse"
    whole = _room_for(runs, pre_activations)
    chunks = whole.cut(reverse)
    carry = c_0 = torch.stack([run.c_0 for run in runs])  # (K, N, H)
    extremes: list[Tensor] = []
    for chunk in chunks:
        for run, x, h_prev, z in zip(runs, chunk.xs, chunk.h_prev.unbind(0), chunk.gates.unbind(0), strict=True):
            cell.pre_activations(x, h_prev, run.parameters, out=z)
        if chunk.z is not None:
            chunk.z.copy_(chunk.gates)
        i, f, g, o = cell.activate_(chunk.gates)
        c = torch.mul(i, g, out=chunk.c)
        if chunk.absent is not None:
            f = _restarted(f, c, chunk.absent, chunk.first, c_0.unsqueeze(1))
        carry = scan(f.transpose(0, 1), c.transpose(0, 1), carry, reverse=reverse)
        difference = _hidden_again(runs, chunk, o).sub_(chunk.h)
        if chunk.absent is not None:
            difference.masked_fill_(chunk.absent, 0.0)
        extremes += torch.aminmax(difference)
    parity = parity_of(runs, whole, chunks, extremes)
    return list(_traces(runs, whole)), parity


def _room_for(runs: Sequence[CellRun], pre_activations: bool) -> Chunk:
    """What is known before the opening, and room for the rest."""
    like, parameters, lengths = runs[0].x, runs[0].parameters, runs[0].lengths
    shape = (len(runs), *like.shape[:2])
    hidden_size = runs[0].c_0.shape[-1]
    h, h_prev = _hidden_states(runs)
    gates_size = len(GATES) * hidden_size
    sizes = {"gates": gates_size, "c": hidden_size}
    if parameters.weight_hr is not None:
        sizes["m"] = hidden_size
    if pre_activations:
        sizes["z"] = gates_size
    rows = prod(shape)
    parts = torch.split_with_sizes(room(like, rows * sum(sizes.values())), [rows * size for size in sizes.values()])
    kept = {name: part.view(*shape, sizes[name]) for name, part in zip(sizes, parts, strict=True)}
    absent = first = None
    if lengths is not None:
        timesteps = torch.arange(shape[1], device=lengths.device).unsqueeze(1)
        absent = (timesteps >= lengths).unsqueeze(-1)
        if runs[0].direction == "reverse":
            first = (timesteps == lengths - 1).unsqueeze(-1)
    xs = tuple(run.x for run in runs)
    return Chunk(xs, h_prev, h, kept["gates"], kept["c"], kept.get("m"), kept.get("z"), absent, first)


def _hidden_states(runs: Sequence[CellRun]) -> tuple[Tensor, Tensor]:
    """h_t and h_{t-1} of every timestep, (K, T, N, R) each, in one buffer where the states lie a timestep apart.

    In the reverse direction h_{t-1} lies a timestep later; there each sample starts from its own end.
    """
    seq_len, *rest = runs[0].hidden.shape
    reverse, lengths = runs[0].direction == "reverse", runs[0].lengths
    states = room(runs[0].hidden, len(runs) * (seq_len + 1), *rest)
    both = [(run.h_0.unsqueeze(0), run.hidden) for run in runs]
    torch.cat([part for pair in both for part in (reversed(pair) if reverse else pair)], out=states)
    states = states.view(len(runs), seq_len + 1, *rest)
    earlier, later = states[:, :-1], states[:, 1:]
    if not reverse:
        return later, earlier
    if lengths is not None:
        later = later.clone()
        for run, own in zip(runs, later, strict=True):
            own[lengths - 1, torch.arange(own.shape[1], device=own.device)] = run.h_0
    return earlier, later


def _restarted(f: Tensor, c: Tensor, absent: Tensor, first: Tensor | None, c_0: Tensor) -> Tensor:
    """f and the products in c such that nothing comes from the padding, and each sample starts from its c_0."""
    c.masked_fill_(absent, 0.0)
    if first is None:
        return f.masked_fill(absent, 0.0)
    c.copy_(torch.where(first, torch.addcmul(c, f, c_0), c))
    return f.masked_fill(absent | first, 0.0)


def _hidden_again(runs: Sequence[CellRun], chunk: Chunk, o: Tensor) -> Tensor:
    """The hidden states as they follow from the recorded gates; with projection m is kept on the way."""
    m = cell.hidden_state(o, chunk.c)
    if chunk.m is None:
        return m
    chunk.m.copy_(m)
    weights = [run.parameters.weight_hr for run in runs]
    return torch.stack([cell.projection(own, w) for own, w in zip(m.unbind(0), weights, strict=True) if w is not None])


def _traces(runs: Sequence[CellRun], whole: Chunk) -> Iterator[CellTrace]:
    """The traces of the cells. Beyond a sample's length there is NaN, so that nobody takes it for data."""
    kept = (whole.gates, whole.c, whole.h, whole.m, whole.z)
    if whole.absent is not None:
        for value in kept:
            if value is not None:
                value.masked_fill_(whole.absent, float("nan"))
    of_cells = (len(runs) * [None] if value is None else value.unbind(0) for value in kept)
    for run, gates, c, h, m, z in zip(runs, *of_cells, strict=True):
        i, f, g, o = gates.chunk(len(GATES), dim=-1)
        by_gate = len(GATES) * (None,) if z is None else z.chunk(len(GATES), dim=-1)
        yield CellTrace(run.layer, run.direction, i, f, g, o, c, h, run.h_0, run.c_0, m, *by_gate)
