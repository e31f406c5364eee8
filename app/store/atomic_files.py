"""Atomic writes: files that are complete or absent, also after a power failure.

obstore's local store writes and renames without flushing to the disk, so folders are written here.
"""

import errno
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from .budget import full

_FULL = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)
#: Error codes of file systems that cannot fsync a folder.
_NO_FOLDER_SYNC = (errno.EINVAL, errno.ENOTSUP)


def write(path: Path, content: bytes) -> None:
    """Write a new file and flush it to the disk."""
    with path.open("xb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())


def flush_file(path: Path) -> None:
    """Flush a file that was written elsewhere to the disk."""
    with path.open("rb") as file:
        os.fsync(file.fileno())


def move_into_place(temporary: Path, path: Path) -> bool:
    """Move a finished file to its path unless that exists; returns whether it was moved. `temporary` may remain."""
    try:
        os.link(temporary, path)
    except FileExistsError:
        return False
    except OSError:  # a file system without hard links; overwriting is harmless, since both contents are the same
        temporary.replace(path)
    return True


def flush_folder(folder: Path) -> None:
    """Flush the entries of a folder to the disk."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    except OSError as error:
        if error.errno not in _NO_FOLDER_SYNC:
            raise
    finally:
        os.close(descriptor)


@contextmanager
def store_full_when_no_space(temporary: Path) -> Iterator[None]:
    """Remove the temporary file at the end of the block. Raises StoreFull when the disk is full."""
    try:
        yield
    except OSError as error:
        if error.errno in _FULL:
            raise full() from error
        raise
    finally:
        temporary.unlink(missing_ok=True)
