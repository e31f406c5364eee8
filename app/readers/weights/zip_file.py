"""Untrusted zip archives: members are checked before they are unpacked, in memory only."""

import io
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from .model import bad_file

#: Maximum bytes of the central directory: tens of thousands of names; a model has a few, or a few hundred.
MAX_LISTING = 4 * 2**20
#: Maximum compression ratio of a member; trained weights hardly compress.
MAX_RATIO = 100
_PIECE = 2**20
_DAMAGED = (zipfile.BadZipFile, zlib.error, EOFError, OSError, ValueError, NotImplementedError, RuntimeError)


class _Bounded(io.FileIO):
    """A file whose single reads are limited to MAX_LISTING, since zipfile reads the central directory in one."""

    def read(self, size: int | None = -1, /) -> bytes:
        if size is None or size < 0:
            position = self.tell()
            size = max(0, self.seek(0, io.SEEK_END) - position)
            self.seek(position)
        if size > MAX_LISTING:
            raise zipfile.BadZipFile("a list of members of that length")
        found = super().read(size)
        return b"" if found is None else found


@contextmanager
def open_zip(path: Path) -> Iterator[zipfile.ZipFile]:
    """A zip archive. Raises InvalidCall for one that is damaged, or has too many members."""
    try:
        with _Bounded(path) as file, zipfile.ZipFile(file) as archive:
            yield archive
    except _DAMAGED as error:
        if hasattr(error, "problems"):  # InvalidCall is a ValueError
            raise
        raise bad_file("zip_damaged", "The zip archive is damaged; it was perhaps not copied to its end") from None


def member(archive: zipfile.ZipFile, name: str, most: int) -> bytes:
    """The content of one member. Raises InvalidCall if it exceeds `most` bytes, or does not exist exactly once."""
    found = [info for info in archive.infolist() if info.filename == name]
    if len(found) != 1:
        template = "The archive should have {name} once; it has it {count} times"
        raise bad_file("zip_member_count", template, name=name, count=len(found))
    (info,) = found
    if info.flag_bits & 1 or info.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
        raise bad_file("zip_member_packed", "{name} is encrypted, or packed in a way that is not read here", name=name)
    if info.file_size > most:
        template = "{name} would be {size:,} bytes, above the limit of {limit:,}"
        raise bad_file("zip_member_size", template, name=name, size=info.file_size, limit=most)
    if info.file_size > MAX_RATIO * max(info.compress_size, _PIECE // MAX_RATIO):
        template = "{name} would be more than {ratio} times larger than it is in the archive"
        raise bad_file("zip_member_ratio", template, name=name, ratio=MAX_RATIO)
    content = bytearray()
    with archive.open(info) as file:  # reads no more than file_size, and verifies the CRC at the end
        while piece := file.read(_PIECE):
            content += piece
    if len(content) != info.file_size:
        raise bad_file("zip_member_short", "{name} is shorter than the archive says", name=name)
    return bytes(content)
