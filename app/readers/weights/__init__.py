"""Files that people bring: which LSTMs are inside, as torch's parameters.

One module is one format. Each has `read(path) -> Model`, which looks at names and shapes first and reads numbers only
of what is asked for; whatever it cannot represent it refuses by name, with a reason. `convert` finds out which format a
file has, and writes what was found as plain safetensors. Nothing here runs code that comes with a file.
"""

from .convert import ConvertedFile, convert, converted_facts, converted_tensors, found_in, kept_matrix
from .model import FoundModel, Lstm, Matrix, Refused

__all__ = [
    "ConvertedFile",
    "FoundModel",
    "Lstm",
    "Matrix",
    "Refused",
    "convert",
    "converted_facts",
    "converted_tensors",
    "found_in",
    "kept_matrix",
]
