"""The names, shapes and numbers of a safetensors file, of which nothing is trusted.

The safetensors library takes headers that would cost seconds and gigabytes, and keys that occur twice; so the header is
looked at here first, and by the library after.
"""

import json
from math import prod
from pathlib import Path
from typing import Any

import numpy as np
from safetensors import SafetensorError, safe_open

from ...lstm.errors import InvalidCall
from ...lstm.tracefile.header import FIELDS, ITEM_BYTES, METADATA, PREFIX_BYTES, StoredTensor, data_start
from .model import Array, bad_file

_MAX_HEADER_BYTES = 4 * 2**20
_MAX_TENSORS = 20_000
_MAX_RANK = 8
_MAX_NAME = 512
#: The dtypes that can be read, as numpy reads their bytes.
_FLOATS = {"F64": "<f8", "F32": "<f4", "F16": "<f2", "BF16": "<u2"}


class SafetensorsFile:
    """A file whose header is sound. Raises InvalidCall for any other."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self.metadata, self.tensors, self._start = _header(path)
        try:
            with safe_open(path, framework="numpy"):
                pass
        except (SafetensorError, OSError, ValueError) as error:
            template = "This is no sound safetensors file: {why}"
            raise bad_file("safetensors_unsound", template, why=_plain(error)) from None

    def is_float(self, name: str) -> bool:
        """Whether `array` can read a tensor."""
        return self.tensors[name].dtype in _FLOATS

    def array(self, name: str) -> Array:
        """The numbers of a tensor of floats, copied; BF16 as float32. Raises KeyError for a dtype that is no float."""
        dtype, shape, start, _ = self.tensors[name]
        numbers = np.fromfile(self._path, _FLOATS[dtype], prod(shape), offset=self._start + start).reshape(shape)
        if dtype == "BF16":  # the upper half of a float32
            numbers = (numbers.astype("<u4") << 16).view("<f4")
        return numbers


def _header(path: Path) -> tuple[dict[str, str], dict[str, StoredTensor], int]:
    """The metadata, the tensors by name, and where the numbers begin."""
    size = path.stat().st_size
    with path.open("rb") as file:
        start = data_start(file.read(PREFIX_BYTES))
        length = start - PREFIX_BYTES
        if length < 2 or start > size:
            template = "The header is longer than the file; it was perhaps not copied to its end"
            raise bad_file("safetensors_truncated", template)
        if length > _MAX_HEADER_BYTES:
            raise bad_file("safetensors_header_size", "The header is above {limit:,} bytes", limit=_MAX_HEADER_BYTES)
        content = file.read(length)
    try:
        header = json.loads(content, object_pairs_hook=_unique)
    except InvalidCall:
        raise
    except (ValueError, RecursionError):
        raise bad_file("safetensors_json", "The header is no valid JSON") from None
    if not isinstance(header, dict):
        raise bad_file("safetensors_object", "The header should be a JSON object")
    metadata = header.pop(METADATA, {})
    if not isinstance(metadata, dict) or not all(isinstance(value, str) for value in metadata.values()):
        raise bad_file("safetensors_metadata", "__metadata__ should be an object of texts")
    if len(header) > _MAX_TENSORS:
        template = "The file has {count:,} tensors, above the limit of {limit:,}"
        raise bad_file("safetensors_tensors", template, count=len(header), limit=_MAX_TENSORS)
    return metadata, {name: _tensor(name, facts, size - start) for name, facts in header.items()}, start


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise bad_file("safetensors_duplicate", "A name occurs twice in the header")
    return found


def _tensor(name: str, facts: Any, data_bytes: int) -> StoredTensor:
    if len(name) > _MAX_NAME or not name.isprintable():
        template = "A tensor's name has control characters, or more than {most} characters"
        raise bad_file("safetensors_name", template, most=_MAX_NAME)
    if not isinstance(facts, dict) or set(facts) != set(FIELDS):
        raise bad_file("safetensors_entry", "{name}: dtype, shape and data_offsets are expected", name=name)
    dtype, shape, offsets = (facts[field] for field in FIELDS)
    if not isinstance(dtype, str):
        raise bad_file("safetensors_dtype", "{name}: dtype should be a text", name=name)
    if not _sizes(shape) or len(shape) > _MAX_RANK:
        raise bad_file("safetensors_shape", "{name}: shape should be at most {most} sizes", name=name, most=_MAX_RANK)
    if not _sizes(offsets) or len(offsets) != 2:
        template = "{name}: data_offsets should be two places in the file"
        raise bad_file("safetensors_offsets", template, name=name)
    start, stop = offsets
    width = ITEM_BYTES.get(dtype)
    if start > stop or stop > data_bytes or (width is not None and prod(shape) * width != stop - start):
        template = "{name}: its shape, dtype and place in the file contradict one another"
        raise bad_file("safetensors_contradiction", template, name=name)
    return StoredTensor(dtype, tuple(shape), start, stop)


def _sizes(value: Any) -> bool:
    return isinstance(value, list) and all(type(item) is int and 0 <= item < 2**48 for item in value)


def _plain(error: Exception) -> str:
    return "".join(letter for letter in str(error)[:200] if letter.isprintable())
