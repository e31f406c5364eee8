"""The recurrence of the cell state over many timesteps: c_t = f_t * c_{t-1} + i_t * g_t (`cell.cell_state`).

It is linear in c_{t-1}, so a long run of narrow states is cut into rows of ROW timesteps. In all rows at once the
recurrence runs from zero, and so do the products of the forget gates; then the last state of each row is carried into
the next, and into the timesteps of the next. T timesteps take T/ROW + ROW steps instead of T, and since every product
of forget gates is in [0, 1], nothing grows on the way. (Blelloch 1990, "Prefix sums and their applications", section
1.4.) Short runs end before that pays off, and for wide states a step per timestep costs less than two passes. float64
always takes single steps, whose rounding is that of torch.
"""

from collections.abc import Iterable
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

#: Only whole multiples of so many timesteps are cut into rows.
BLOCK = 256
ROW = 16
#: From so many numbers per timestep, a step per timestep is faster than rows.
WIDE = 256
#: Up to so many numbers per timestep, non-contiguous ones are copied together first.
SCATTERED = 4096

_Array = NDArray[Any]


def scan(f: Tensor, c: Tensor, carry: Tensor, *, reverse: bool) -> Tensor:
    """Turn c from the products i * g into the cell states, in place; returns the last state.

    f, c: (T, ...) in input order. carry: (...), the state before the first timestep in the order of computation. Pieces
    that are cut at multiples of BLOCK give the same bits as the whole.
    """
    seq_len = c.shape[0]
    whole = seq_len - seq_len % BLOCK if c.dtype is torch.float32 and carry.numel() < WIDE else 0
    if whole in (0, seq_len):
        return (_rows if whole else _steps)(f, c, carry, reverse)
    if reverse:
        carry = _steps(f[whole:], c[whole:], carry, reverse)
        return _rows(f[:whole], c[:whole], carry, reverse)
    carry = _rows(f[:whole], c[:whole], carry, reverse)
    return _steps(f[whole:], c[whole:], carry, reverse)


def _steps(f: Tensor, c: Tensor, carry: Tensor, reverse: bool) -> Tensor:
    """One timestep after the other; in numpy if possible, whose calls cost a third of torch's."""
    if c.device.type == "cpu" and c.dtype in (torch.float32, torch.float64):
        _steps_of_arrays(f.numpy(), c.numpy(), carry.numpy(), reverse)
        return c[0 if reverse else -1]
    timesteps: Iterable[tuple[Tensor, Tensor]] = zip(f.unbind(0), c.unbind(0), strict=True)
    for f_t, state_t in reversed(list(timesteps)) if reverse else timesteps:
        carry = state_t.addcmul_(f_t, carry)
    return carry


def _steps_of_arrays(f: _Array, c: _Array, carry: _Array, reverse: bool) -> None:
    kept, states, before = f, c, carry
    if carry.size < SCATTERED:  # numpy is slow to set up for non-contiguous timesteps
        kept, states, before = f.reshape(len(f), -1), c.reshape(len(c), -1), carry.reshape(-1)
    order = slice(None, None, -1 if reverse else 1)
    product = np.empty_like(before)
    with np.errstate(all="ignore"):  # overflows are recorded, and counted elsewhere
        for f_t, state in zip(kept[order], states[order], strict=True):
            np.multiply(f_t, before, product)
            before = np.add(state, product, state)
    if not np.may_share_memory(states, c):
        c[...] = states.reshape(c.shape)


def _rows(f: Tensor, c: Tensor, carry: Tensor, reverse: bool) -> Tensor:
    """Whole rows: the same timestep of all of them at once, then their last timesteps, then all but the last."""
    shape = (-1, ROW, *c.shape[1:])
    f, c = f.view(shape), c.view(shape)
    kept = torch.empty_like(c)  # the share of the state before its row that is left at a timestep
    timesteps = list(zip(f.unbind(1), c.unbind(1), kept.unbind(1), strict=True))
    if reverse:
        timesteps.reverse()
    (f_t, state, left), *others = timesteps
    left.copy_(f_t)
    for f_t, next_state, next_left in others:
        state = next_state.addcmul_(f_t, state)
        left = torch.mul(f_t, left, out=next_left)
    _steps(left, state, carry, reverse)
    if reverse:
        before = torch.cat((state[1:], carry.unsqueeze(0)))
        c[:, 1:].addcmul_(kept[:, 1:], before.unsqueeze(1))
        return state[0]
    before = torch.cat((carry.unsqueeze(0), state[:-1]))
    c[:, :-1].addcmul_(kept[:, :-1], before.unsqueeze(1))
    return state[-1]
