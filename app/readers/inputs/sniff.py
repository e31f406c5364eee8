"""Detects the format of a body by its first bytes, and of a text by its content; the file name is ignored."""

import zipfile
from pathlib import Path

from ...lstm import InvalidCall
from ...schemas.inputs import InputFormat
from ..weights.sniff import CONVERT
from .arrays import MAGIC
from .csv_file import decoded, delimiter_of
from .options import input_problem
from .table import cell_of

_HEAD = 65_536
_TABLES = {b"PAR1": "Parquet", b"ARROW1": "Arrow", b"\xd0\xcf\x11\xe0": "Excel"}
_ARRAYS = {b"\x89HDF": "HDF5/NetCDF", b"CDF": "NetCDF"}
_PICKLES = (b"\x80\x02", b"\x80\x03", b"\x80\x04", b"\x80\x05")


def sniffed(path: Path) -> InputFormat:
    """The format of a body. Raises InvalidCall for an unknown one, with what to do about it."""
    with path.open("rb") as file:
        head = file.read(_HEAD)
    if not head.strip():
        raise input_problem("nothing_to_read", "There is nothing to read")
    if head.startswith(MAGIC):
        return "npy"
    if head.startswith(b"PK\x03\x04"):
        return _in_zip(path)
    if head[8:9] == b"{" and head[:8].strip(b"\0") and head[5:8] == b"\0\0\0":
        return "safetensors"
    _refuse_others(head)
    return _of_text(head)


def _refuse_others(head: bytes) -> None:
    """Raise InvalidCall for a file of a known format that is not supported."""
    for start, name in _TABLES.items():
        if head.startswith(start):
            raise _unread_table(name)
    for start, name in _ARRAYS.items():
        if head.startswith(start):
            template = "This is a file of {format}: save the arrays that you mean as .npz or CSV"
            raise input_problem("unread_arrays", template, format=name)
    if head.startswith(b"\x1f\x8b"):
        raise input_problem("gzip", "This file is compressed with gzip: unpack it first")
    if head.startswith(_PICKLES):
        template = "This is a pickle, which can run code when it is read; save the array with numpy.save"
        raise input_problem("pickled_array", template)


def _unread_table(name: str) -> InvalidCall:
    return input_problem("unread_table", "This is a file of {format}, which is not read: save it as CSV", format=name)


def _in_zip(path: Path) -> InputFormat:
    try:
        with zipfile.ZipFile(path) as archive:
            names = [member.filename for member in archive.infolist()[:200]]
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError, EOFError):
        return "npz"  # whose reader reports the damage
    if any(name.startswith("xl/") for name in names):
        raise _unread_table("Excel")
    if any(name.endswith("data.pkl") for name in names):
        template = "This is a file of torch.save, a pickle; for weights, convert it on your machine: {command}"
        raise input_problem("pickled_weights", template, command=CONVERT)
    return "npz"


def _of_text(head: bytes) -> InputFormat:
    text = decoded(_whole_characters(head))[0].lstrip()
    if text[:1] in ("[", "{"):
        return "json"
    lines = text.splitlines()
    lines = lines[:-1] if len(head) == _HEAD and len(lines) > 1 else lines
    lines = [line for line in lines if line.strip()][:200]
    delimiter = delimiter_of("\n".join(lines)) or ","
    cells = [cell_of(cell) for line in lines for cell in line.split(delimiter)]
    present = [cell for cell in cells if isinstance(cell, str)]
    numbers = sum(map(_starts_as_number, present))
    return "csv" if numbers and numbers >= len(lines) / 3 else "text"


def _starts_as_number(cell: str) -> bool:
    return cell.lstrip('+-."')[:1].isdigit()


def _whole_characters(head: bytes) -> bytes:
    """The bytes without a character that was cut at their end."""
    if len(head) < _HEAD or head.startswith((b"\xff\xfe", b"\xfe\xff")):
        return head
    for cut in range(4):
        try:
            head[: len(head) - cut].decode("utf-8")
        except UnicodeDecodeError:
            continue
        return head[: len(head) - cut]
    return head
