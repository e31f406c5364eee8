"""Opening one cell: from what it read and the hidden states it returned, every number inside."""

import torch
from torch import Tensor

from app.lstm import cell
from app.lstm.config import Direction
from app.lstm.trace import CellTrace, Parity, tolerance
from app.lstm.weights import CellParameters


def open_cell(
    layer: int,
    direction: Direction,
    parameters: CellParameters,
    x: Tensor,
    h: Tensor,
    initial: tuple[Tensor, Tensor],
    final: tuple[Tensor, Tensor],
    lengths: Tensor | None,
) -> tuple[CellTrace, Parity]:
    """All that a cell computed, and its parity with torch.

    x: (T, N, in), what it read. h: (T, N, R), torch's hidden states. initial: h_0 (N, R), c_0 (N, H).
    final: torch's h_n and c_n of this cell. lengths: (N,), or None when every sample has all T timesteps.
    """
    h_0, c_0 = initial
    last = _last_timesteps(x.shape[0], lengths)
    z = cell.affine_x(x, parameters.weight_ih, parameters.bias_ih)  # (T, N, 4H)
    z += cell.affine_h(_previous(h, h_0, direction, last), parameters.weight_hh, parameters.bias_hh)
    gates = cell.Gates(*(gate.contiguous() for gate in cell.gates(z)))
    c = _scan(gates, c_0, direction, last)
    unprojected = cell.hidden_state(gates.o, c)
    again = unprojected if parameters.weight_hr is None else cell.projection(unprojected, parameters.weight_hr)
    found = CellTrace(
        layer, direction, *gates, c=c, h=h, h_0=h_0, c_0=c_0, m=None if parameters.weight_hr is None else unprojected
    )
    at_end = _at_end(c, direction, last), _at_end(h, direction, last)
    parity = _parity([(again, h), (at_end[0], final[1]), (at_end[1], final[0])], (c, z), lengths)
    if lengths is not None:
        _blank_padding(found, lengths)
    return found, parity


def _last_timesteps(seq_len: int, lengths: Tensor | None) -> Tensor | int:
    """The last valid timestep, of every sample or of all."""
    return seq_len - 1 if lengths is None else lengths - 1


def _previous(h: Tensor, h_0: Tensor, direction: Direction, last: Tensor | int) -> Tensor:
    """h_{t-1} of every timestep, (T, N, R): in the reverse direction the one that lies a timestep later."""
    if direction == "forward":
        return torch.cat((h_0.unsqueeze(0), h[:-1]))
    previous = torch.cat((h[1:], h_0.unsqueeze(0)))
    if isinstance(last, Tensor):  # each sample starts from its own end
        previous[last, torch.arange(h.shape[1])] = h_0
    return previous


def _scan(gates: cell.Gates, c_0: Tensor, direction: Direction, last: Tensor | int) -> Tensor:
    """c of every timestep, (T, N, H), in input order."""
    seq_len = gates.i.shape[0]
    c = torch.empty_like(gates.i)
    c_prev = c_0
    for t in range(seq_len) if direction == "forward" else reversed(range(seq_len)):
        if direction == "reverse" and isinstance(last, Tensor):
            c_prev = torch.where((t >= last).unsqueeze(-1), c_0, c_prev)
        c_prev = cell.cell_state(gates.f[t], c_prev, gates.i[t], gates.g[t])
        c[t] = c_prev
    return c


def _at_end(value: Tensor, direction: Direction, last: Tensor | int) -> Tensor:
    """A quantity at the timestep that the cell computed last, (N, size)."""
    if direction == "reverse":
        return value[0]
    return value[last, torch.arange(value.shape[1])] if isinstance(last, Tensor) else value[last]


def _parity(pairs: list[tuple[Tensor, Tensor]], summed: tuple[Tensor, ...], lengths: Tensor | None) -> Parity:
    """Compare recorded with returned numbers; those of the padding, where torch has zeros, do not count."""
    worst, same = 0.0, True
    for ours, theirs in pairs:
        if lengths is not None and ours.dim() == 3:
            valid = valid_tiles(ours.shape[0], lengths)
            ours, theirs = ours[valid], theirs[valid]
        if not torch.equal(ours, theirs):
            different = ~((ours == theirs) | (ours.isnan() & theirs.isnan()))
            if bool(different.any()):
                same = False
                largest = (ours[different] - theirs[different]).abs().max().item()
                worst = max(worst, largest) if largest == largest else float("inf")
    magnitude = max(float(value.abs().nan_to_num(0.0, 0.0).max()) for value in summed)
    return Parity(worst, same, tolerance(pairs[0][0].dtype) * max(1.0, magnitude))


def valid_tiles(seq_len: int, lengths: Tensor) -> Tensor:
    """Which timesteps of which samples there are, (T, N)."""
    return torch.arange(seq_len, device=lengths.device).unsqueeze(1) < lengths


def _blank_padding(found: CellTrace, lengths: Tensor) -> None:
    """Beyond a sample's length there is nothing: NaN, so that nobody takes it for data."""
    padding = ~valid_tiles(found.i.shape[0], lengths)
    for value in found.quantities().values():
        value[padding] = float("nan")
