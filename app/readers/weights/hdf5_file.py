"""The numbers and texts of an HDF5 file, none of which is trusted.

HDF5 can refer to other files: by external and soft links, virtual datasets, and external storage; and its filters
decompress without bound or load libraries. Keras writes none of those, so they are refused before any is followed.
Arrays are as large in memory as in the file, never larger.
"""

import itertools
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from math import prod
from pathlib import Path
from typing import Any

import h5py
import numpy as np

from ...lstm.errors import InvalidCall
from .model import Array, bad_file

MAX_OBJECTS = 20_000
MAX_TEXT = 16 * 2**20
_SIGNATURE = b"\x89HDF\r\n\x1a\n"
_LAYOUTS = (h5py.h5d.COMPACT, h5py.h5d.CONTIGUOUS, h5py.h5d.CHUNKED)


@contextmanager
def _reading() -> Iterator[None]:
    """Turn whatever h5py raises, which may be any exception, into an error of the file."""
    try:
        yield
    except InvalidCall:
        raise
    except Exception:
        raise bad_file("hdf5_damaged", "The HDF5 file is damaged; it was perhaps not copied to its end") from None


class Hdf5File:
    """An HDF5 file, or the bytes of one. Raises InvalidCall for anything else."""

    def __init__(self, source: Path | bytes) -> None:
        self._known: dict[str, Any] = {}
        with _reading():
            if isinstance(source, bytes):
                if not source.startswith(_SIGNATURE):
                    raise bad_file("hdf5_absent", "The weights of the model are no HDF5 file")
                self._file: Any = h5py.File.in_memory(source)
                self._size = len(source)
            else:
                self._file = h5py.File(source, "r", locking=False)
                self._size = source.stat().st_size

    def text(self, name: str) -> str | None:
        """A text attribute of the file, or None if there is none."""
        with _reading():
            return _text(self._file, name)

    def texts(self, path: str, name: str) -> list[str]:
        """The texts in an attribute of a group; Keras splits long lists into name0, name1 and so on."""
        with _reading():
            group = self._at(path)
            if group is None:
                return []
            found: list[str] = []
            for key in itertools.chain([name], (f"{name}{k}" for k in itertools.count())):
                if key in group.attrs:
                    found += _list(group, key)
                elif key != name:
                    break
            return found

    def has(self, path: str) -> bool:
        """Whether a path exists."""
        with _reading():
            return self._at(path) is not None

    def shape(self, path: str) -> tuple[int, ...] | None:
        """The shape of the floating-point dataset at a path, None if there is none."""
        with _reading():
            dataset = self._at(path)
            return None if dataset is None else self._checked(path, dataset).shape

    def array(self, path: str) -> Array:
        """The numbers at a path. Raises InvalidCall if there are none."""
        with _reading():
            dataset = self._at(path)
            if dataset is None:
                raise bad_file("hdf5_no_numbers", "There are no numbers at {path}", path=path)
            found: Array = np.asarray(self._checked(path, dataset)[()])
            return found

    def count(self) -> int:
        """The number of datasets. Raises InvalidCall above MAX_OBJECTS groups and datasets."""
        found = {"objects": 0, "datasets": 0}

        def look(_: bytes, item: Any) -> str | None:
            found["objects"] += 1
            found["datasets"] += isinstance(item, h5py.Dataset)
            return "enough" if found["objects"] > MAX_OBJECTS else None

        with _reading():
            visit: Callable[[Any], Any] = self._file.visititems  # each object once, along hard links only
            if visit(look) is not None:
                raise bad_file("hdf5_objects", "The file has more than {most:,} groups and datasets", most=MAX_OBJECTS)
        return found["datasets"]

    def _at(self, path: str) -> Any:
        if path not in self._known:
            above, _, name = path.rpartition("/")
            self._known[path] = self._below(self._at(above) if above else self._file, name)
        return self._known[path]

    def _below(self, group: Any, name: str) -> Any:
        link = group.get(name, getlink=True) if isinstance(group, h5py.Group) and name else None
        if link is None:
            return None
        if not isinstance(link, h5py.HardLink):
            raise bad_file("hdf5_link", "{name} is a link to elsewhere, which is not followed", name=name)
        return group[name]

    def _checked(self, path: str, dataset: Any) -> Any:
        if not isinstance(dataset, h5py.Dataset):
            raise bad_file("hdf5_not_numbers", "{path} should be numbers", path=path)
        if dataset.dtype.kind != "f" or dataset.dtype.itemsize not in (2, 4, 8) or dataset.shape is None:
            raise bad_file("hdf5_dtype", "{path} should be floating-point numbers of 16, 32 or 64 bits", path=path)
        facts = dataset.id.get_create_plist()
        if facts.get_layout() not in _LAYOUTS or facts.get_nfilters() or facts.get_external_count():
            template = "{path} is compressed, or kept elsewhere; save the model without that"
            raise bad_file("hdf5_filters", template, path=path)
        size = prod(dataset.shape) * dataset.dtype.itemsize
        if len(dataset.shape) > 2 or size > self._size or size > dataset.id.get_storage_size():
            raise bad_file("hdf5_shape", "{path} has a shape that contradicts the file", path=path)
        return dataset


def _text(place: Any, name: str) -> str | None:
    if name not in place.attrs:
        return None
    attribute = place.attrs.get_id(name)
    kind = attribute.get_type()
    short = isinstance(kind, h5py.h5t.TypeStringID) and (kind.is_variable_str() or kind.get_size() <= MAX_TEXT)
    if attribute.shape != () or not short:
        raise bad_file("hdf5_text", "The attribute {name} should be a text", name=name)
    value = place.attrs[name]
    found = value.decode("utf-8") if isinstance(value, bytes) else str(value)
    if len(found) > MAX_TEXT:
        template = "The attribute {name} is above {most:,} characters"
        raise bad_file("hdf5_text_length", template, name=name, most=MAX_TEXT)
    return found


def _list(place: Any, name: str) -> list[str]:
    attribute = place.attrs.get_id(name)
    kind, shape = attribute.get_type(), attribute.shape
    if shape == (0,):  # Keras writes an empty list of names as numbers
        return []
    is_text = isinstance(kind, h5py.h5t.TypeStringID)
    if shape is None or len(shape) != 1 or not is_text or shape[0] * kind.get_size() > MAX_TEXT:
        raise bad_file("hdf5_texts", "The attribute {name} should be a list of texts", name=name)
    return [item.decode("utf-8") if isinstance(item, bytes) else str(item) for item in place.attrs[name]]
