"""Files that are still being written, in a folder of their own for each server.

The folder is locked as long as its server lives, however it ends, so that the next one can tell what a crash has left
behind from what a neighbour on the same disk is writing at this moment.
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
    """A new folder below `parent`, gone with its owner, or at the latest when the next server starts."""

    def __init__(self, parent: Path) -> None:
        parent.mkdir(parents=True, exist_ok=True)
        with _alone(parent / "lock"):  # nobody sweeps what is made here before it is locked
            for lock in parent.glob("*/lock"):  # and nothing but what was made here
                if not _held(lock):
                    shutil.rmtree(lock.parent, ignore_errors=True)
            self.path = parent / token_hex(8)
            self.path.mkdir()
            held = os.open(self.path / "lock", os.O_RDWR | os.O_CREAT, 0o644)
            _try_lock(held)
        weakref.finalize(self, _remove, self.path, held, os.getpid())

    def file(self, name: str) -> Path:
        """A path that no other file has."""
        return self.path / f"{name}.{token_hex(8)}.tmp"


def _remove(path: Path, held: int, owner: int) -> None:
    if os.getpid() == owner:  # not at the end of a process that was forked from it
        shutil.rmtree(path, ignore_errors=True)
        os.close(held)


@contextmanager
def _alone(path: Path) -> Iterator[None]:
    """One process at a time, as far as the file system can tell."""
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT, 0o644)
    try:
        with suppress(OSError):
            fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
    finally:
        os.close(descriptor)


def _held(lock: Path) -> bool:
    """Whether a server that lives holds a lock; where that cannot be told, it may."""
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
