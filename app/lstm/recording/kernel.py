"""The compiled kernel (`kernel.c`), if available: opens a cell in a single pass over its pre-activations."""

import ctypes
import hashlib
import struct
from collections.abc import Callable
from math import inf, isnan
from pathlib import Path

import torch
from torch import Tensor

from ..trace import CellTrace
from .cell_run import CellRun, Opened

_SOURCE = Path(__file__).with_name("kernel.c")
_LIBRARY = Path(__file__).with_name("libkernel.so")
_Function = Callable[..., int]
_Cell = ctypes.c_void_p * 10  # struct cell, whose last two fields are integers of pointer size
_Products = ctypes.c_void_p * 9  # struct products, likewise
#: Up to so many multiplications the kernel does the products too; torch is faster, but has a higher call overhead.
_FEW_PRODUCTS = 2**20
_LONGEST_ROW = 512  # as in the source


def _load() -> tuple[_Function, _Function] | None:
    """The variant for this processor, or None if the package was built without a compiler, or from another source.

    The names in the library end with a hash of the source.
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
    of_chunk, of_whole = library[found[0]], library[f"{found[0]}_whole"]
    of_chunk.restype = of_whole.restype = ctypes.c_uint32
    pointers = ctypes.POINTER(ctypes.c_void_p)
    of_chunk.argtypes = [pointers, *5 * [ctypes.c_int64], ctypes.c_int32]
    of_whole.argtypes = [pointers, pointers, ctypes.c_void_p, *4 * [ctypes.c_int64], ctypes.c_int32]
    return of_chunk, of_whole


_kernel = _load()


def takes(z: Tensor) -> bool:
    """Whether the kernel supports such a tensor. A subclass of Tensor may have no memory of its own."""
    return _kernel is not None and type(z) is Tensor and z.dtype is torch.float32 and z.is_cpu


def open_chunk(run: CellRun, part: Opened, carry: Tensor, start: int) -> float:
    """Open a chunk, starting at timestep `start`, of a cell whose pre-activations the kernel `takes`.

    Overwrites the pre-activations with the gates; writes c, and with projection m. carry: (N, H), the cell state before
    the first timestep in the order of computation. Returns the largest difference of the last c from torch's, and
    without projection of h; infinity if one is NaN.
    """
    assert _kernel is not None
    states = [state.contiguous() for state in (carry, run.c_0, run.c_n)]
    tensors = [part.gates, part.c, part.m, part.h, *states, run.lengths]
    seq_len, batch_size, units = part.c.shape
    cell = _Cell(*(None if value is None else value.data_ptr() for value in tensors), 4 * units, units)
    return _number(_kernel[0](cell, start, seq_len, len(run.x), batch_size, units, run.reverse))


def takes_whole(run: CellRun) -> bool:
    """Whether the kernel opens this cell in one call, with its products: a small cell without special cases."""
    own, (seq_len, batch_size, inputs) = run.parameters, run.x.shape
    gates_size, units = own.weight_hh.shape
    if seq_len * batch_size * gates_size * (inputs + units) > _FEW_PRODUCTS or max(inputs, units) > _LONGEST_ROW:
        return False
    if run.lengths is not None or own.weight_hr is not None or run.computed_in is not None:
        return False
    read = (run.x, run.h_0, run.c_0, run.c_n, *own[:4])
    if not all(tensor is None or (takes(tensor) and tensor.is_contiguous()) for tensor in read):
        return False
    over_time, over_samples, over_units = run.hidden.stride()
    return takes(run.hidden) and over_units == 1 and over_time == over_samples * batch_size


def open_whole(run: CellRun, *, pre_activations: bool) -> tuple[CellTrace, float]:
    """Open a cell that `takes_whole` accepts. Also returns the largest difference of h and of the last c."""
    assert _kernel is not None
    own, (seq_len, batch_size, inputs), units = run.parameters, run.x.shape, run.c_0.shape[1]
    parts = 10 if pre_activations else 6  # in one allocation: each torch call costs more than the arithmetic here
    width, reverse = parts * units, run.reverse
    recorded = run.x.new_empty(seq_len + 1, batch_size, width).narrow(0, 0 if reverse else 1, seq_len)
    at, c_0 = recorded.data_ptr(), run.c_0.data_ptr()
    c_at, h_at, z_at = (at + parts * units * 4 for parts in (4, 5, 6))  # four bytes per number
    cell = _Cell(at, c_at, None, h_at, c_0, c_0, run.c_n.data_ptr(), None, width, width)
    read = (run.x, run.hidden, run.h_0, *own[:4])
    pointers = [None if tensor is None else tensor.data_ptr() for tensor in read]
    products = _Products(*pointers, z_at if pre_activations else None, run.hidden.stride(1))
    bits = _kernel[1](cell, products, h_at, seq_len, batch_size, inputs, units, reverse)
    i, f, g, o, c, h, *z = recorded.chunk(parts, -1)
    return CellTrace(run.layer, run.direction, i, f, g, o, c, h, run.h_0, run.c_0, None, *z), _number(bits)


def _number(bits: int) -> float:
    """A difference from its bits; infinity for NaN."""
    largest: float = struct.unpack("f", struct.pack("I", bits))[0]
    return inf if isnan(largest) else largest
