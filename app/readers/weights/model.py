"""The content of a file: LSTMs, tables in which tokens can be looked up, and what was refused."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ...lstm.config import LSTMConfig
from ...lstm.errors import InvalidCall, Problem, Value, problem, remark

Array = NDArray[Any]


@dataclass(frozen=True)
class Lstm:
    """An LSTM, and a function that loads its parameters under torch's names; `load` may raise InvalidCall.

    prefix: of the names in the file, or the name of the layer or node; unique in the file.
    remarks: further information for the user.
    """

    prefix: str
    config: LSTMConfig
    load: Callable[[], Mapping[str, Array]]
    remarks: tuple[Problem, ...] = ()


@dataclass(frozen=True)
class Matrix:
    """A table of numbers, (rows, size), such as an embedding."""

    name: str
    shape: tuple[int, int]
    load: Callable[[], Array]


@dataclass(frozen=True)
class Refused:
    """A layer that looks like an LSTM but cannot be shown as one of torch's."""

    name: str
    reason: Problem


#: Reasons and remarks that several formats share.
GRU = remark("gru", "this is a GRU")
PLAIN_RNN = remark("plain_rnn", "this is a plain RNN")
HALF_PRECISION = remark("half_precision", "16-bit numbers are read as float32")


@dataclass(frozen=True)
class FoundModel:
    """The content of a file. others: the number of tensors that belong to none of these."""

    format: str
    lstms: list[Lstm] = field(default_factory=list)
    matrices: list[Matrix] = field(default_factory=list)
    refused: list[Refused] = field(default_factory=list)
    others: int = 0


def bad_file(kind: str, template: str, /, **ctx: Value) -> InvalidCall:
    """An error of a file as a whole."""
    return InvalidCall([problem((), kind, template, **ctx)])


def not_floats() -> InvalidCall:
    """The error of weights that are not floating-point numbers."""
    return bad_file("weights_not_floats", "its weights are not floating-point numbers")


def distinct(remarks: Iterable[Problem]) -> list[Problem]:
    """The same remarks, each message once."""
    return list({one.message: one for one in remarks}.values())


def finite(name: str, array: Array) -> Array:
    """The array as float32, or float64 if it already is. Raises InvalidCall if a number is not finite."""
    numbers = array.astype(np.float64 if array.dtype == np.float64 else np.float32)
    bad = numbers.size - int(np.isfinite(numbers).sum())
    if bad:
        template = "{name} has {bad} of {count} numbers that are NaN or infinite"
        raise bad_file("nonfinite_weights", template, name=name, bad=bad, count=numbers.size)
    return numbers
