"""Temporary files, in a folder of its own for each server.

The server holds a lock on its folder, which ends with the process, so that the next server can tell leftovers of a
crash from files that another server on the same disk is writing.
"""

import fcntl
import os
import shutil
import weakref
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from secrets import token_hex


class Scratch:
    """A new folder below `parent`, deleted with this object, or at the latest when the next server starts."""

    def __init__(self, parent: Path) -> None:
        parent.mkdir(parents=True, exist_ok=True)
        with _exclusive(parent / "lock"):  # no server deletes a new folder before its lock is held
            for lock in parent.glob("*/lock"):  # only folders that were made here
                if not _is_locked(lock):
                    shutil.rmtree(lock.parent, ignore_errors=True)
            self.path = parent / token_hex(8)
            self.path.mkdir()
            descriptor = os.open(self.path / "lock", os.O_RDWR | os.O_CREAT, 0o644)
            _try_lock(descriptor)
        weakref.finalize(self, _delete, self.path, descriptor, os.getpid())

    def file(self, name: str) -> Path:
        """A new path for a file."""
        return self.path / f"{name}.{token_hex(8)}.tmp"


def _delete(path: Path, descriptor: int, owner: int) -> None:
    if os.getpid() == owner:  # not when a forked process exits
        shutil.rmtree(path, ignore_errors=True)
        os.close(descriptor)


@contextmanager
def _exclusive(path: Path) -> Iterator[None]:
    """Hold an exclusive file lock inside the block, where the file system has locks."""
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT, 0o644)
    try:
        with suppress(OSError):
            fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
    finally:
        os.close(descriptor)


def _is_locked(lock: Path) -> bool:
    """Whether a live server holds a lock; True if that cannot be determined."""
    try:
        descriptor = os.open(lock, os.O_RDWR)
    except OSError:
        return True
    try:
        return not _try_lock(descriptor)
    finally:
        os.close(descriptor)


def _try_lock(descriptor: int) -> bool:
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return False
    return True
