"""Memory buffers for recorded tensors."""

import mmap
import weakref
from contextlib import suppress
from math import prod
from threading import RLock

import numpy as np
import torch
from torch import Tensor

#: Smaller tensors come from torch, whose allocator mostly reuses memory.
LARGE = 4 << 20
#: Freed buffers are cached for the next recording up to so many bytes.
KEPT = 256 << 20
_HUGE_PAGE = 2 << 20

_kept: list[mmap.mmap] = []
_lock = RLock()  # reentrant: a tensor may be finalised, returning its buffer, while its own thread is taking one


def buffer_like(like: Tensor, *shape: int) -> Tensor:
    """An uninitialised tensor with the dtype and device of another.

    Large ones on a CPU are mapped in huge pages, and reused when the tensor is gone: where fresh memory is slow, as in
    virtual machines, page faults cost more than filling it. The kernel may reclaim cached buffers when it needs memory.
    """
    nbytes = prod(shape) * like.element_size()
    if nbytes < LARGE or like.device.type != "cpu":
        return like.new_empty(shape)
    buffer = _take(-(-nbytes // _HUGE_PAGE) * _HUGE_PAGE)
    array = np.frombuffer(buffer, np.uint8, nbytes)
    weakref.finalize(array, _release, buffer).atexit = False
    return torch.from_numpy(array).view(like.dtype).view(shape)


def _take(nbytes: int) -> mmap.mmap:
    with _lock:
        for buffer in sorted(_kept, key=len):
            if nbytes <= len(buffer) <= 2 * nbytes and buffer in _kept:
                _kept.remove(buffer)
                return buffer
    private = {"flags": mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS} if hasattr(mmap, "MAP_ANONYMOUS") else {}
    buffer = mmap.mmap(-1, nbytes, **private)
    _advise(buffer, "MADV_HUGEPAGE")
    return buffer


def _release(buffer: mmap.mmap) -> None:
    _advise(buffer, "MADV_FREE")
    with _lock:
        _kept.append(buffer)
        while sum(map(len, _kept)) > KEPT:
            _kept.pop(0)


def _advise(buffer: mmap.mmap, name: str) -> None:
    """madvise, if the kernel was built with that advice."""
    advice = getattr(mmap, name, None)
    if advice is not None:
        with suppress(OSError):
            buffer.madvise(advice)
