"""The compiled kernel (`kernel.c`), where there is one: a cell opened in a single pass over its pre-activations."""

import ctypes
import hashlib
import struct
from collections.abc import Callable
from math import inf, isnan
from pathlib import Path

import torch
from torch import Tensor

from app.lstm.cell_run import CellRun, Opened

_SOURCE = Path(__file__).with_name("kernel.c")
_LIBRARY = Path(__file__).with_name("libkernel.so")
_Function = Callable[..., int]
_Cell = ctypes.c_void_p * 8  # struct cell


def _load() -> _Function | None:
    """The variant for this processor, or None when the package was built without a compiler, or from another source.

    The names in the library end with a hash of what they were compiled from.
    """
    try:
        library = ctypes.CDLL(str(_LIBRARY))
        source = hashlib.sha256(_SOURCE.read_bytes()).hexdigest()[:16]
    except OSError:
        return None
    names = [f"open_cell_avx2_{source}"] if torch.backends.cpu.get_cpu_capability() != "DEFAULT" else []
    found = [name for name in (*names, f"open_cell_{source}") if hasattr(library, name)]
    if not found:
        return None
    function = library[found[0]]
    function.restype = ctypes.c_uint32
    function.argtypes = [ctypes.POINTER(ctypes.c_void_p), *5 * [ctypes.c_int64], ctypes.c_int32]
    return function


_open_cell = _load()


def takes(z: Tensor) -> bool:
    """Whether there is a kernel for such numbers. A subclass of Tensor may have none in its memory."""
    return _open_cell is not None and type(z) is Tensor and z.dtype is torch.float32 and z.is_cpu


def open_cell(run: CellRun, part: Opened, carry: Tensor, start: int) -> float:
    """Open a chunk, from the timestep `start` on, of a cell whose pre-activations `takes` is true of.

    The pre-activations become the gates; c, and with projection m, are written. carry: (N, H), the cell state before
    the first timestep in the order of computation. Returns the largest difference of the last c from torch's, and
    without projection of h; infinity where one is not a number.
    """
    assert _open_cell is not None
    states = [state.contiguous() for state in (carry, run.c_0, run.c_n)]
    given = [part.gates, part.c, part.m, part.h, *states, run.lengths]
    cell = _Cell(*(None if value is None else value.data_ptr() for value in given))
    seq_len, batch_size, units = part.c.shape
    bits = _open_cell(cell, start, seq_len, len(run.x), batch_size, units, run.reverse)
    largest: float = struct.unpack("f", struct.pack("I", bits))[0]
    return inf if isnan(largest) else largest
