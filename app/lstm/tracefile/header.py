"""The header of a safetensors file: 8 bytes with a length, little-endian, and so many bytes of JSON.

The JSON is `{"__metadata__": {KEY: TEXT}, NAME: {"dtype": "F32", "shape": [2, 3], "data_offsets": [0, 24]}, ...}`; the
numbers follow it, and offsets count from where it ends (the safetensors project's documentation, "Format").
"""

import json
from collections.abc import Mapping, Sequence
from math import prod
from typing import Final, NamedTuple

#: Bytes before the JSON.
PREFIX_BYTES: Final = 8
METADATA: Final = "__metadata__"
#: What the JSON says of a tensor.
FIELDS: Final = ("dtype", "shape", "data_offsets")
#: Bytes of one number, by the name of its dtype.
ITEM_BYTES: Final = {"F64": 8, "F32": 4, "F16": 2, "BF16": 2, "F8_E4M3": 1, "F8_E5M2": 1, "C64": 8, "BOOL": 1} | {
    f"{kind}{8 * size}": size for kind in "IU" for size in (1, 2, 4, 8)
}


class StoredTensor(NamedTuple):
    """What the header says of a tensor: `start` and `stop` are bytes from the end of the header."""

    dtype: str
    shape: tuple[int, ...]
    start: int
    stop: int


def float_name(itemsize: int) -> str:
    """The name of the IEEE floats of so many bytes."""
    return f"F{8 * itemsize}"


def data_start(prefix: bytes) -> int:
    """Where the numbers begin, in bytes from the start of a file that begins with these PREFIX_BYTES."""
    return PREFIX_BYTES + int.from_bytes(prefix, "little")


def stored(tensors: Mapping[str, tuple[str, Sequence[int]]]) -> dict[str, StoredTensor]:
    """Tensors of these dtypes and shapes, one after the other."""
    found, end = {}, 0
    for name, (dtype, shape) in tensors.items():
        start, end = end, end + prod(shape) * ITEM_BYTES[dtype]
        found[name] = StoredTensor(dtype, tuple(shape), start, end)
    return found


def header_json(tensors: Mapping[str, StoredTensor], metadata: Mapping[str, str]) -> bytes:
    """The JSON; spaces behind it are part of it."""
    described: dict[str, object] = {METADATA: dict(metadata)}
    for name, (dtype, shape, start, stop) in tensors.items():
        described[name] = dict(zip(FIELDS, (dtype, shape, (start, stop)), strict=True))
    return json.dumps(described, separators=(",", ":")).encode()


def with_prefix(header: bytes) -> bytes:
    """The JSON with its length before it: the beginning of a file."""
    return len(header).to_bytes(PREFIX_BYTES, "little") + header
