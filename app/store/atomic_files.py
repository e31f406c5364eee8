"""Files that are there whole or not at all, also after a power cut.

obstore's own store of a local folder writes and renames without flushing to the disk, so a folder is written here.
"""

import errno
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from .budget import full

_FULL = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)
#: What file systems say that cannot flush a folder by itself.
_NO_FOLDER_SYNC = (errno.EINVAL, errno.ENOTSUP)


def write(path: Path, content: bytes) -> None:
    """Write a new file and see that it is on the disk."""
    with path.open("xb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())


def flush_file(path: Path) -> None:
    """See that a file that somebody else has written is on the disk."""
    with path.open("rb") as file:
        os.fsync(file.fileno())


def place(temporary: Path, path: Path) -> bool:
    """Give a finished file its name unless something has it already; whether it was given. The file may stay behind."""
    try:
        os.link(temporary, path)
    except FileExistsError:
        return False
    except OSError:  # a file system without hard links; what comes second is as good as what it replaces
        temporary.replace(path)
    return True


def flush_folder(folder: Path) -> None:
    """See that the names in a folder are on the disk."""
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
    """Whatever goes wrong, the temporary file does not stay. Raises StoreFull for a disk without room."""
    try:
        yield
    except OSError as error:
        if error.errno in _FULL:
            raise full() from error
        raise
    finally:
        temporary.unlink(missing_ok=True)
