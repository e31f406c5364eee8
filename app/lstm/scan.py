"""The recurrence of the cell state over many timesteps, without a Python step for each of them.

c_t = f_t * c_{t-1} + i_t * g_t (`cell.cell_state`) is linear in c_{t-1}, so the timesteps are cut into blocks. Within
all blocks at once the recurrence runs from zero, and so do the products of the forget gates; then the last state of
each block is carried into the next. T timesteps take about T/BLOCK + 2*BLOCK steps, and since every product of forget
gates is in [0, 1], nothing grows on the way. (Blelloch 1990, "Prefix sums and their applications", section 1.4.)
"""

import torch
from torch import Tensor

BLOCK = 16


def scan(f: Tensor, c: Tensor, carry: Tensor, *, reverse: bool) -> Tensor:
    """Turn c from the products i * g into the cell states, in place; returns the state that is carried on.

    f, c: (T, ...) in input order. carry: (...), the state before the first timestep in the order of computation. The
    blocks lie at multiples of BLOCK from the start, so pieces whose ends lie there give the bits of the whole.
    """
    seq_len = c.shape[0]
    whole = seq_len - seq_len % BLOCK
    pieces = [(0, whole // BLOCK, BLOCK), (whole, 1, seq_len - whole)]
    for start, blocks, size in reversed(pieces) if reverse else pieces:
        if blocks and size:
            piece = slice(start, start + blocks * size)
            shape = (blocks, size, *c.shape[1:])
            carry = _scan_blocks(f[piece].view(shape), c[piece].view(shape), carry, reverse)
    return carry


def _scan_blocks(f: Tensor, c: Tensor, carry: Tensor, reverse: bool) -> Tensor:
    """The same for f and c of shape (blocks, size, ...)."""
    kept = torch.empty_like(c)  # how much of the state before its block is left at a timestep
    f_at, c_at, kept_at = f.unbind(1), c.unbind(1), kept.unbind(1)
    order = range(c.shape[1] - 1, -1, -1) if reverse else range(c.shape[1])
    before = order[0]
    kept_at[before].copy_(f_at[before])
    for t in order[1:]:
        c_at[t].addcmul_(f_at[t], c_at[before])
        torch.mul(kept_at[before], f_at[t], out=kept_at[t])
        before = t
    blocks = list(zip(c.unbind(0), kept.unbind(0), strict=True))
    for states, left in reversed(blocks) if reverse else blocks:
        states.addcmul_(left, carry)
        carry = states[0] if reverse else states[-1]
    return carry
