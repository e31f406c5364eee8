"""A digest inside of a safetensors file, over the whole of it, by which any changed byte is noticed later.

For files that are too large to be digested each time that they are read: what has been found sound once is trusted as
long as the process lives. XXH3 (https://xxhash.com) finds accidents, not forgeries.
"""

import os
from pathlib import Path
from threading import Lock

from xxhash import xxh3_128

from .header import PREFIX_BYTES, data_start

#: The metadata that the digest is kept in.
CHECKSUM_KEY = "digest"
#: What the digest of a sealed file begins with.
CHECKSUM_PREFIX = "file:"
_DIGITS = 32
#: What stands there before the file is sealed, and counts in its place when it is digested.
CHECKSUM_PENDING = CHECKSUM_PREFIX + "0" * _DIGITS
_PIECE = 2**22
_WHERE = f'"{CHECKSUM_KEY}":"{CHECKSUM_PREFIX}'.encode()

#: Files that are remembered to be sound.
_REMEMBERED = 4096

_sound: dict[tuple[int, ...], None] = {}
_lock = Lock()


def write_checksum(descriptor: int) -> None:
    """Write the checksum into a finished file, open for reading and writing, whose metadata hold CHECKSUM_PENDING."""
    place, checksum = _computed(descriptor)
    assert place is not None
    written = os.pwrite(descriptor, checksum, place)
    assert written == _DIGITS


def write_checksum_of(path: Path) -> None:
    """The same of a file by its path."""
    descriptor = os.open(path, os.O_RDWR)
    try:
        write_checksum(descriptor)
    finally:
        os.close(descriptor)


def checksum_matches(path: Path) -> bool:
    """Whether a file is as it was sealed; True also for one that never was. Raises OSError."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        with _lock:
            if _identity(os.fstat(descriptor)) in _sound:
                return True
        place, checksum = _computed(descriptor)
        sound = place is None or os.pread(descriptor, _DIGITS, place) == checksum
        if sound:
            _trust(os.fstat(descriptor))
        return sound
    finally:
        os.close(descriptor)


def trust(path: Path) -> None:
    """Take a file for sound: one that was sealed a moment ago, or that was touched without being changed."""
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
    """Where the digest stands, None in a file without one, and what it should be."""
    header_end = data_start(os.pread(descriptor, PREFIX_BYTES, 0))
    head = os.pread(descriptor, min(header_end, os.fstat(descriptor).st_size), 0)
    at = head.find(_WHERE)
    if at < 0:
        return None, b""
    place = at + len(_WHERE)
    found = xxh3_128()
    found.update(head[:place] + b"0" * _DIGITS + head[place + _DIGITS :])
    end = len(head)
    while piece := os.pread(descriptor, _PIECE, end):
        found.update(piece)
        end += len(piece)
    return place, found.hexdigest().encode()
