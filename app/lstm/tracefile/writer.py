"""A safetensors file that is written piece by piece, never whole in memory.

The format is 8 bytes with the length of a JSON header, the header, and the tensors' bytes one after the other
(the safetensors project's documentation, "Format"). Everything that the header says of the tensors is known before the
first number is; room is left for what is known only in the end. Until `finish` has written the header, the file is
none that any reader takes.
"""

import json
import os
from collections.abc import Mapping
from math import prod
from pathlib import Path
from types import TracebackType
from typing import NamedTuple, Self

import torch
from torch import Tensor

from .checksum import write_checksum

_NAMES = {torch.float32: "F32", torch.float64: "F64"}
#: Bytes of header beyond those of the description of the tensors, for the metadata that comes in the end.
_ROOM = 4096


class Slot(NamedTuple):
    """A tensor to come."""

    shape: tuple[int, ...]
    dtype: torch.dtype

    @property
    def nbytes(self) -> int:
        return prod(self.shape) * self.dtype.itemsize


class TraceFile:
    """Writes tensors whose names, shapes and dtypes are known, in any order and in pieces of rows. A context manager:
    leaving it without `finish` removes the file."""

    def __init__(self, path: Path, slots: Mapping[str, Slot], metadata: Mapping[str, str]) -> None:
        self._path = path
        self._slots = dict(slots)
        self._metadata = dict(metadata)
        self._offsets: dict[str, int] = {}
        end = 0
        for name, slot in self._slots.items():
            self._offsets[name] = end
            end += slot.nbytes
        self._header_bytes = len(self._header()) + _ROOM
        self._start = 8 + self._header_bytes
        self.nbytes = end  #: of all tensors
        self._descriptor = os.open(path, os.O_CREAT | os.O_EXCL | os.O_RDWR, 0o644)
        os.truncate(self._descriptor, self._start + end)
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
        at = self._start + self._offsets[name] + index * slot.dtype.itemsize
        view = _bytes(value.contiguous().cpu())
        while view:
            written = os.pwrite(self._descriptor, view, at)
            view, at = view[written:], at + written

    def read(self, name: str, rows: slice) -> Tensor:
        """Rows that have been written, in memory of their own."""
        slot = self._slots[name]
        width = prod(slot.shape[1:]) * slot.dtype.itemsize
        at = self._start + self._offsets[name] + rows.start * width
        found = torch.empty(rows.stop - rows.start, *slot.shape[1:], dtype=slot.dtype)
        view = _bytes(found)
        while view:
            count = os.preadv(self._descriptor, [view], at)
            if not count:
                raise EOFError(name)
            view, at = view[count:], at + count
        return found

    def finish(self, metadata: Mapping[str, str], *, flush: bool = True) -> None:
        """Add what is known only now, write the header, seal the file and see that it is on the disk.

        flush: without it nothing is sealed, and a power cut may take some of the file, and leave its name."""
        self._metadata |= metadata
        header = self._header()
        assert len(header) <= self._header_bytes
        head = self._header_bytes.to_bytes(8, "little") + header.ljust(self._header_bytes)
        assert os.pwrite(self._descriptor, head, 0) == len(head)
        if flush:
            write_checksum(self._descriptor)
            os.fsync(self._descriptor)
        self._finished = True

    def _header(self) -> bytes:
        described: dict[str, object] = {"__metadata__": self._metadata}
        for name, slot in self._slots.items():
            start = self._offsets[name]
            described[name] = {
                "dtype": _NAMES[slot.dtype],
                "shape": list(slot.shape),
                "data_offsets": [start, start + slot.nbytes],
            }
        return json.dumps(described, separators=(",", ":")).encode()


def _bytes(tensor: Tensor) -> memoryview:
    """The memory of a contiguous tensor."""
    return tensor.view(-1).numpy().data.cast("B")
