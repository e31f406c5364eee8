"""Weights files: finds the LSTMs in a file, and converts them to torch's parameters.

One module reads one format. Each has `read(path) -> Model`, which reads names and shapes first and numbers only on
demand; what it cannot represent it refuses by name, with a reason. `convert` detects the format of a file, and writes
what was found as plain safetensors. No code from a file is ever run.
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
