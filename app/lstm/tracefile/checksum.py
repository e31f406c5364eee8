"""Checksums in the metadata of safetensors files, by which a power cut or a bad disk is noticed.

Two kinds: of a small trace the checksum of its metadata and tensors, computed each time that it is read; of a larger
file that of the file's bytes, computed once: what was found sound is trusted as long as the process lives. XXH3
(https://xxhash.com) finds accidents, not forgeries.
"""

import os
from collections.abc import Mapping
from pathlib import Path
from threading import Lock

from torch import Tensor
from xxhash import xxh3_128

from .header import PREFIX_BYTES, data_start

#: The metadata that holds the checksum. Files of every version have it under this key, so the key stays.
CHECKSUM_KEY = "digest"
#: The most bytes of tensors of a trace whose checksum is of the tensors: to read more at each reading costs too much.
MAX_TENSOR_BYTES = 2**24
#: What a checksum of a file's bytes begins with.
_FILE = "file:"
_DIGITS = 32
#: What stands for the checksum of a file's bytes until `write_checksum`, and counts in its place.
CHECKSUM_PENDING = _FILE + "0" * _DIGITS
#: What stands in its place in large files of an earlier version, which have none.
_NONE = "flushed"
_PIECE = 2**22
_WHERE = f'"{CHECKSUM_KEY}":"{_FILE}'.encode()

#: Files that are remembered to be sound.
_REMEMBERED = 4096

_sound: dict[tuple[int, ...], None] = {}
_lock = Lock()


def write_checksum(descriptor: int) -> None:
    """Write the checksum into a finished file, open for reading and writing, whose metadata hold CHECKSUM_PENDING."""
    offset, checksum = _computed(descriptor)
    assert offset is not None
    written = os.pwrite(descriptor, checksum, offset)
    assert written == _DIGITS


def write_checksum_of(path: Path) -> None:
    """The same of a file by its path."""
    descriptor = os.open(path, os.O_RDWR)
    try:
        write_checksum(descriptor)
    finally:
        os.close(descriptor)


def checksum_matches(path: Path) -> bool:
    """Whether a file's bytes have the checksum that it holds; True also for one that holds none. Raises OSError."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        with _lock:
            if _identity(os.fstat(descriptor)) in _sound:
                return True
        offset, checksum = _computed(descriptor)
        sound = offset is None or os.pread(descriptor, _DIGITS, offset) == checksum
        if sound:
            _trust(os.fstat(descriptor))
        return sound
    finally:
        os.close(descriptor)


def tensors_checksum(metadata: Mapping[str, str], tensors: Mapping[str, Tensor]) -> str:
    """The checksum of a small trace's metadata and of its tensors, which are on the CPU, in their order."""
    found = xxh3_128()
    for key in sorted(metadata.keys() - {CHECKSUM_KEY}):
        found.update(f"{key}={metadata[key]}\0".encode())
    for name, tensor in tensors.items():
        found.update(f"{name}={tensor.dtype}{tuple(tensor.shape)}\0".encode())
        found.update(tensor.contiguous().view(-1).numpy().data)
    return found.hexdigest()


def trace_is_sound(path: Path, metadata: Mapping[str, str], tensors: Mapping[str, Tensor]) -> bool:
    """Whether a trace's file is as it was written, by whichever checksum it holds. Raises OSError, KeyError."""
    checksum = metadata[CHECKSUM_KEY]
    if checksum.startswith(_FILE):
        return checksum_matches(path)
    return checksum == _NONE or checksum == tensors_checksum(metadata, tensors)


def trust(path: Path) -> None:
    """Take a file for sound: one whose checksum was written a moment ago, or that was touched without being changed."""
    _trust(path.stat())


def _trust(about: os.stat_result) -> None:
    with _lock:
        _sound[_identity(about)] = None
        while len(_sound) > _REMEMBERED:
            del _sound[next(iter(_sound))]


def _identity(about: os.stat_result) -> tuple[int, ...]:
    """What a file keeps when it is given another name, and not when it is written to."""
    return about.st_dev, about.st_ino, about.st_size, about.st_mtime_ns


def _computed(descriptor: int) -> tuple[int | None, bytes]:
    """Where the checksum of the file's bytes stands, None in a file without one, and what it should be."""
    header_end = data_start(os.pread(descriptor, PREFIX_BYTES, 0))
    head = os.pread(descriptor, min(header_end, os.fstat(descriptor).st_size), 0)
    at = head.find(_WHERE)
    if at < 0:
        return None, b""
    offset = at + len(_WHERE)
    found = xxh3_128()
    found.update(head[:offset] + b"0" * _DIGITS + head[offset + _DIGITS :])
    end = len(head)
    while piece := os.pread(descriptor, _PIECE, end):
        found.update(piece)
        end += len(piece)
    return offset, found.hexdigest().encode()
