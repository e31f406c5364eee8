"""Exports as files of arrays: NPZ for numpy, and safetensors. Both are streamed."""

import zipfile
from collections.abc import Iterator
from io import BytesIO, RawIOBase
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..lstm.tracefile.header import float_name, header_json, stored, with_prefix
from ..schemas.part import Part
from .named import Named, every


class _Pipe(RawIOBase):
    """A write-only file for zipfile whose content is taken as it is written."""

    def __init__(self) -> None:
        self._pending = bytearray()

    def writable(self) -> bool:
        return True

    def write(self, data: Any) -> int:
        self._pending += data
        return len(data)

    def taken(self) -> bytes:
        found = bytes(self._pending)
        self._pending.clear()
        return found


def npz(part: Part, request: str) -> Iterator[bytes]:
    """An NPZ file: the tensors by name, the axes that narrowing leaves, and the request as JSON text.

    `axes.timestep`, `axes.sample` and `axes.unit` give the index in the trace of each index of the arrays.
    """
    pipe = _Pipe()
    axes = {
        "axes.timestep": np.arange(part.start, part.stop),
        "axes.sample": np.array(part.samples),
        "axes.unit": np.array(part.query.units or range(part.trace.config.hidden_size)),
        "request": np.array(request),
    }
    with zipfile.ZipFile(pipe, "w", zipfile.ZIP_STORED) as archive:
        for name, value in axes.items():
            yield from _member(archive, pipe, _whole(name, value))
        for named in every(part):
            yield from _member(archive, pipe, named)
    yield pipe.taken()


def _whole(name: str, value: NDArray[Any]) -> Named:
    return Named(name, value.shape, value.dtype, lambda: iter([value]))


def _member(archive: zipfile.ZipFile, pipe: _Pipe, named: Named) -> Iterator[bytes]:
    header = BytesIO()
    described = {"descr": named.dtype.str, "fortran_order": False, "shape": named.shape}
    np.lib.format.write_array_header_1_0(header, described)
    entry = zipfile.ZipInfo(f"{named.name}.npy")  # with a fixed date, so that equal exports have equal bytes
    with archive.open(entry, "w", force_zip64=True) as member:
        member.write(header.getvalue())
        for piece in named.parts():
            member.write(_bytes(piece, named.dtype))
            yield pipe.taken()
    yield pipe.taken()


def safetensors(part: Part, request: str) -> Iterator[bytes]:
    """A safetensors file; its metadata has the request and the query."""
    tensors = every(part)
    shapes = {named.name: (float_name(named.dtype.itemsize), named.shape) for named in tensors}
    header = header_json(stored(shapes), {"request": request, "query": part.narrowed_by})
    yield with_prefix(header + b" " * (-len(header) % 8))
    for named in tensors:
        for piece in named.parts():
            yield _bytes(piece, named.dtype)


def _bytes(piece: NDArray[Any], dtype: np.dtype[Any]) -> bytes:
    return np.ascontiguousarray(piece, dtype).tobytes()
