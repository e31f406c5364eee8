"""Array files: .npy, archives of them (.npz), safetensors. Nothing in a file is trusted."""

import ast
import re
import zipfile
import zlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from math import prod
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ...lstm import InvalidCall
from ..weights.safetensors_file import SafetensorsFile
from .names import clean
from .options import Options, check_size, input_problem

MAGIC = b"\x93NUMPY"
MAX_HEADER = 10_000
MAX_MEMBERS = 1000
_MAX_RANK = 8
_DTYPE = re.compile(r"[<>|=]?([fiu][1248]|b1)")


@dataclass(frozen=True)
class FoundArray:
    """An array in a file: its declared shape and dtype, and a function that loads its numbers."""

    shape: tuple[int, ...]
    dtype: str
    load: Callable[[], NDArray[Any]]


def read_npy(content: bytes, options: Options) -> dict[str, FoundArray]:
    """The single array of a .npy file, under the name "array"."""
    shape, dtype, fortran, start = _header(content[: MAX_HEADER + 12])
    check_size(prod(shape), options)
    size = prod(shape) * dtype.itemsize
    if len(content) - start != size:
        template = "The header promises {size:,} bytes of numbers, and {found:,} follow it"
        raise input_problem("npy_size", template, size=size, found=len(content) - start)

    def load() -> NDArray[Any]:
        flat = np.frombuffer(content, dtype, count=prod(shape), offset=start)
        return flat.reshape(shape, order="F" if fortran else "C").astype(np.float64)

    return {"array": FoundArray(shape, dtype.name, load)}


def _header(content: bytes) -> tuple[tuple[int, ...], np.dtype[Any], bool, int]:
    """Shape, dtype, whether the order is Fortran, and the offset of the numbers."""
    if not content.startswith(MAGIC) or len(content) < 12 or content[6] not in (1, 2, 3):
        raise input_problem("npy_version", "This is no .npy file of version 1, 2 or 3")
    width = 2 if content[6] == 1 else 4
    start = 8 + width + int.from_bytes(content[8 : 8 + width], "little")
    if start > MAX_HEADER:
        template = "The header of the .npy file is above {most:,} bytes, or longer than the file"
        raise input_problem("npy_header_size", template, most=MAX_HEADER)
    try:
        facts = ast.literal_eval(content[8 + width : start].decode("utf-8"))
    except (ValueError, SyntaxError, TypeError, MemoryError, RecursionError):
        raise input_problem("npy_header", "The header of the .npy file cannot be read") from None
    if not isinstance(facts, dict) or set(facts) != {"descr", "fortran_order", "shape"}:
        raise input_problem("npy_keys", "The header of the .npy file should say descr, fortran_order and shape")
    descr, shape, fortran = facts["descr"], facts["shape"], facts["fortran_order"]
    if not isinstance(shape, tuple) or not all(type(size) is int and 0 <= size < 2**48 for size in shape):
        raise input_problem("npy_shape", "The header of the .npy file says no shape")
    if len(shape) > _MAX_RANK or not isinstance(fortran, bool):
        raise input_problem("npy_rank", "The array has more than {most} axes, or its order is not told", most=_MAX_RANK)
    if isinstance(descr, str) and descr.lstrip("<>|=").startswith("O"):
        raise input_problem(
            "npy_objects", "The array holds Python objects, which are pickles and are not read; save it as floats"
        )
    if not isinstance(descr, str) or not _DTYPE.fullmatch(descr) or descr.endswith("f1"):
        raise input_problem("npy_dtype", "The array should hold real numbers: floats, integers or booleans")
    return shape, np.dtype(descr), fortran, start


def read_npz(path: Path, options: Options) -> dict[str, FoundArray]:
    """The arrays of an archive by name, each unpacked lazily, and never beyond its declared size."""
    try:
        with zipfile.ZipFile(path) as archive:
            members = archive.infolist()
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError, EOFError):
        raise input_problem("zip_damaged", "The zip archive is damaged; it was perhaps not copied to its end") from None
    if len(members) > MAX_MEMBERS:
        raise input_problem("zip_members", "The archive has more than {most} members", most=MAX_MEMBERS)
    found = {}
    for member in members:
        name = clean(member.filename.removesuffix(".npy"))
        if not member.filename.endswith(".npy") or not name or name in found:
            raise input_problem("npz_members", "The archive should hold .npy arrays alone, each name once")
        found[name] = _member(path, member, name, options)
    return found


def _member(path: Path, member: zipfile.ZipInfo, name: str, options: Options) -> FoundArray:
    """One array of an archive; only its header is unpacked."""
    shape, dtype, _, start = _header(_unpacked(path, member, name, MAX_HEADER + 12, whole=False))

    def load() -> NDArray[Any]:
        check_size(prod(shape), options)
        size = start + prod(shape) * dtype.itemsize
        return read_npy(_unpacked(path, member, name, size, whole=True), options)["array"].load()

    return FoundArray(shape, dtype.name, load)


def _unpacked(path: Path, member: zipfile.ZipInfo, name: str, size: int, *, whole: bool) -> bytes:
    """At most `size` bytes of a member; exactly so many with `whole`."""
    if member.flag_bits & 1 or member.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
        raise input_problem(
            "zip_member_packed", "{name} is encrypted, or packed in a way that is not read here", name=name
        )
    try:
        with zipfile.ZipFile(path) as archive, archive.open(member) as file:
            content = file.read(size)
            more = file.read(1) if whole else b""
    except (zipfile.BadZipFile, zlib.error, OSError, ValueError, NotImplementedError, EOFError, RuntimeError):
        raise input_problem(
            "zip_member_damaged", "{name} cannot be unpacked: the archive is damaged", name=name
        ) from None
    if whole and (len(content) != size or more):
        raise input_problem("npy_length", "{name} is not as long as its header says", name=name)
    return content


def read_safetensors(path: Path, options: Options) -> dict[str, FoundArray]:
    """The floating-point tensors of a safetensors file, by name."""
    try:
        file = SafetensorsFile(path)
    except InvalidCall as error:
        raise InvalidCall([error.problems[0]._replace(path=("body",))]) from None

    def loader(name: str) -> Callable[[], NDArray[Any]]:
        def load() -> NDArray[Any]:
            check_size(prod(file.tensors[name].shape), options)
            return file.array(name).astype(np.float64)

        return load

    return {
        name: FoundArray(tensor.shape, tensor.dtype, loader(name))
        for name, tensor in file.tensors.items()
        if file.is_float(name)
    }


def as_content(found: Mapping[str, FoundArray]) -> list[dict[str, Any]]:
    """A list of the arrays in a file, for the user to choose from."""
    return [{"name": name, "shape": list(one.shape), "dtype": one.dtype} for name, one in found.items()]
