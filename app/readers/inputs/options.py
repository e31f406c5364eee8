"""Options for reading a body: what the user chose; the rest is detected."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

from ...lstm import InvalidCall, Problem, problem
from ...lstm.errors import Value
from ...schemas.inputs import InputFormat, Role

Filling = Literal["error", "forward", "zero"]
Scaling = Literal["none", "z_score", "min_max"]
AxisOrder = Literal["time_first", "sample_first"]
Tokens = Literal["characters", "words"]


@dataclass(frozen=True)
class Options:
    """All options. None: detect it, and report it in a remark.

    roles: of columns by name. header: whether the first row of a table has names. array: which array of a file.
    layout: of arrays and nested lists with three axes. lines: whether each line of a text is a sample.
    wrapped: the text is in JSON, with its vocabulary. unknown: the token that replaces those missing in the vocabulary.
    matrix: a file of app.readers.weights, and the name of its table in which tokens are looked up.
    max_numbers: limit on the numbers in the result.
    """

    format: InputFormat | None = None
    roles: dict[str, Role] = field(default_factory=dict)
    header: bool | None = None
    missing: Filling = "error"
    normalisation: Scaling = "none"
    batch_first: bool = False
    array: str | None = None
    layout: AxisOrder = "time_first"
    tokens: Tokens = "characters"
    lines: bool = False
    wrapped: bool = False
    unknown: str | None = None
    matrix: tuple[Path, str] | None = None
    max_numbers: int = 2_000_000


class TooLong(InvalidCall):
    """Valid, but with more numbers than the limit."""


def check_size(numbers: int, options: Options) -> None:
    """Raise TooLong for more numbers than `max_numbers`."""
    if numbers > options.max_numbers:
        template = (
            "This would be {count:,} numbers, above the limit of {limit:,}; LSTM_LENS_MAX_INPUT_NUMBERS raises it"
        )
        values = {"count": numbers, "limit": options.max_numbers}
        raise TooLong([problem(("body",), "numbers_above_limit", template, **values)])


def remarks_as_json(remarks: Sequence[Problem]) -> dict[str, Any]:
    """The JSON fields of remarks: their messages alone, and with types and values."""
    return {"remarks": [one.message for one in remarks], "remark_items": [one.as_json() for one in remarks]}


def input_problem(kind: str, template: str, /, *path: str | int, **ctx: Value) -> InvalidCall:
    """An error at a place in the body."""
    return InvalidCall([problem(("body", *path), kind, template, **ctx)])


def wrong_option(name: str, kind: str, template: str, /, **ctx: Value) -> InvalidCall:
    """An error at an option of the query."""
    return InvalidCall([problem(("query", name), kind, template, **ctx)])
