"""What was found in a file: LSTMs, tables that words could be looked up in, and what had to be left alone."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ...lstm.config import LSTMConfig
from ...lstm.errors import InvalidCall, Problem

Array = NDArray[Any]


@dataclass(frozen=True)
class Lstm:
    """An LSTM, and how to get at its parameters under torch's names; `load` may raise InvalidCall.

    prefix: what stands before the names in the file, or the name of the layer or node; unlike any other in the file.
    remarks: what else a person should know of it, in sentences.
    """

    prefix: str
    config: LSTMConfig
    load: Callable[[], Mapping[str, Array]]
    remarks: tuple[str, ...] = ()


@dataclass(frozen=True)
class Matrix:
    """A table of rows of numbers, (rows, size), such as an embedding has."""

    name: str
    shape: tuple[int, int]
    load: Callable[[], Array]


@dataclass(frozen=True)
class Refused:
    """Something that looks like an LSTM and cannot be shown as one of torch's."""

    name: str
    reason: str


@dataclass(frozen=True)
class FoundModel:
    """All that a file holds. others: how many tensors belong to none of these."""

    format: str
    lstms: list[Lstm] = field(default_factory=list)
    matrices: list[Matrix] = field(default_factory=list)
    refused: list[Refused] = field(default_factory=list)
    others: int = 0


def bad_file(kind: str, sentence: str) -> InvalidCall:
    """What is wrong with a file as a whole."""
    return InvalidCall([Problem((), kind, sentence)])


def finite(name: str, array: Array) -> Array:
    """The same array as float32, or float64 where it is so already. Raises InvalidCall where a number is not finite."""
    numbers = array.astype(np.float64 if array.dtype == np.float64 else np.float32)
    bad = numbers.size - int(np.isfinite(numbers).sum())
    if bad:
        raise bad_file("finite_number", f"{name} has {bad} of {numbers.size} numbers that are NaN or infinite")
    return numbers
