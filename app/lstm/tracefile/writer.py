"""A safetensors file that is written piece by piece, never whole in memory.

Everything that the header says of the tensors is known before the first number is; room is left for what is known only
in the end. Until `finish` has written the header, the file is none that any reader takes.
"""

import os
from collections.abc import Mapping
from math import prod
from pathlib import Path
from types import TracebackType
from typing import NamedTuple, Self

import torch
from torch import Tensor

from .checksum import write_checksum
from .header import PREFIX_BYTES, float_name, header_json, stored, with_prefix

#: Bytes of header reserved for the metadata that are known only in the end: so many, and so many for each tensor, since
#: each layer has a parity.
_RESERVED, _RESERVED_PER_TENSOR = 4096, 64


class Slot(NamedTuple):
    """A tensor to come."""

    shape: tuple[int, ...]
    dtype: torch.dtype


class TraceFile:
    """Writes tensors whose names, shapes and dtypes are known, in any order and in pieces of rows. A context manager:
    leaving it without `finish` removes the file."""

    def __init__(self, path: Path, slots: Mapping[str, Slot], metadata: Mapping[str, str]) -> None:
        self._path = path
        self._slots = dict(slots)
        self._metadata = dict(metadata)
        self._stored = stored({name: (float_name(slot.dtype.itemsize), slot.shape) for name, slot in slots.items()})
        self._header_bytes = len(header_json(self._stored, metadata)) + _RESERVED + _RESERVED_PER_TENSOR * len(slots)
        self._start = PREFIX_BYTES + self._header_bytes
        self.nbytes = max((tensor.stop for tensor in self._stored.values()), default=0)  #: of all tensors
        self._descriptor = os.open(path, os.O_CREAT | os.O_EXCL | os.O_RDWR, 0o644)
        os.truncate(self._descriptor, self._start + self.nbytes)
        self._finished = False

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, where: TracebackType | None
    ) -> None:
        os.close(self._descriptor)
        if not self._finished:
            self._path.unlink(missing_ok=True)

    def write(self, name: str, value: Tensor, row: int = 0) -> None:
        """Write some rows (entries of the first axis) of a tensor, from `row` on."""
        slot = self._slots[name]
        assert value.shape[1:] == slot.shape[1:]
        self.write_flat(name, value, row * prod(slot.shape[1:]))

    def write_flat(self, name: str, value: Tensor, index: int) -> None:
        """Write the numbers of `value` in place of those from the flat `index` on."""
        slot = self._slots[name]
        assert value.dtype == slot.dtype
        assert index + value.numel() <= prod(slot.shape)
        at = self._start + self._stored[name].start + index * slot.dtype.itemsize
        view = _bytes(value.contiguous().cpu())
        while view:
            written = os.pwrite(self._descriptor, view, at)
            view, at = view[written:], at + written

    def read(self, name: str, rows: slice) -> Tensor:
        """Rows that have been written, in memory of their own."""
        slot = self._slots[name]
        width = prod(slot.shape[1:]) * slot.dtype.itemsize
        at = self._start + self._stored[name].start + rows.start * width
        found = torch.empty(rows.stop - rows.start, *slot.shape[1:], dtype=slot.dtype)
        view = _bytes(found)
        while view:
            count = os.preadv(self._descriptor, [view], at)
            if not count:
                raise EOFError(name)
            view, at = view[count:], at + count
        return found

    def finish(self, metadata: Mapping[str, str], *, flush: bool = True) -> None:
        """Add what is known only now, write the header and the checksum, and see that the file is on the disk.

        flush: without it no checksum is written, and a power cut may take some of the file, and leave its name."""
        header = header_json(self._stored, {**self._metadata, **metadata})
        assert len(header) <= self._header_bytes
        head = with_prefix(header.ljust(self._header_bytes))
        assert os.pwrite(self._descriptor, head, 0) == len(head)
        if flush:
            write_checksum(self._descriptor)
            os.fsync(self._descriptor)
        self._finished = True


def _bytes(tensor: Tensor) -> memoryview:
    """The memory of a contiguous tensor."""
    return tensor.view(-1).numpy().data.cast("B")
