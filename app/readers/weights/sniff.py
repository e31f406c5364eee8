"""Detects the format of a file by its first bytes; its name is ignored."""

from os import SEEK_END
from pathlib import Path
from typing import Literal

from ...lstm.errors import InvalidCall
from .model import bad_file
from .zip_file import open_zip

WeightsFormat = Literal["safetensors", "onnx", "keras", "keras_h5"]

_HDF5 = b"\x89HDF\r\n\x1a\n"
_ZIP = b"PK\x03\x04"
#: First bytes of pickles that torch.save writes without a zip around them.
_PICKLES = (b"\x80\x02", b"\x80\x03", b"\x80\x04", b"\x80\x05")
#: The first opcode of a dict, a list, a tuple or an object in the two oldest protocols; each file ends with a dot.
_OLD_PICKLES = (b"(", b"}", b"]", b")", b"c")
CONVERT = "lstm-lens convert model.pt"


def format_of(path: Path) -> WeightsFormat:
    """The format of a file. Raises InvalidCall for an unknown one, with what to do about it."""
    with path.open("rb") as file:
        start = file.read(16)
        if not start:
            raise bad_file("empty_file", "The file is empty")
        file.seek(-1, SEEK_END)
        stop = file.read(1)
    if start.startswith(_HDF5):
        return "keras_h5"
    if start.startswith(_ZIP):
        return _in_zip(path)
    # a safetensors header of 640 bytes, say, has a length that starts like a pickle, followed by zeros
    if start.startswith(_PICKLES) and start[4:9] != b"\0\0\0\0{":
        raise _pickle()
    if start[8:9] == b"{":
        return "safetensors"
    if start[:1] in _OLD_PICKLES and stop == b".":
        raise _pickle()
    if start.startswith(b"GGUF"):
        raise bad_file("gguf_file", "This is a GGUF file, a format of language models without LSTMs")
    if start[0] == 0x08:  # the field ir_version, which every ONNX writer puts first
        return "onnx"
    template = "This is no safetensors, ONNX, .keras or .h5 file; those are the formats that are read"
    raise bad_file("unknown_format", template)


def _pickle() -> InvalidCall:
    template = (
        "This is a file of torch.save, a pickle, which can run code when it is read; it is not read here. "
        "Convert it on your own machine: {command}"
    )
    return bad_file("pickle", template, command=CONVERT)


def _in_zip(path: Path) -> WeightsFormat:
    """The format by the member names of a zip; nothing is unpacked."""
    with open_zip(path) as archive:
        names = archive.namelist()
    if "config.json" in names and "model.weights.h5" in names:
        return "keras"
    if any(name.endswith("data.pkl") for name in names):
        raise _pickle()
    if any(name.endswith(".npy") for name in names):
        raise bad_file("npz_file", "This is an .npz archive of arrays: they can be an input, but name no LSTM")
    raise bad_file("zip_file", "This zip archive holds no Keras model")
