"""How a body is to be read: what a person chose, and what is found out else."""

from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

from ...lstm import InvalidCall, Problem
from ...schemas.inputs import InputFormat, Role

Filling = Literal["error", "forward", "zero"]
Scaling = Literal["none", "z_score", "min_max"]
AxisOrder = Literal["time_first", "sample_first"]
Tokens = Literal["characters", "words"]


@dataclass(frozen=True)
class Options:
    """All choices. What is None is found out, and told in a remark.

    roles: of columns by their names. header: whether the first row of a table holds names. array: which of a file.
    layout: of arrays and nested lists with three axes. lines: whether each line of a text is a sample.
    wrapped: a text comes as JSON, with its vocabulary. unknown: the token that stands for those the vocabulary lacks.
    matrix: a file of app.formats, and the name of the table in it that tokens are looked up in.
    max_numbers: how many numbers may come of it.
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
    """Legal, and more numbers than may be read."""


def check_size(numbers: int, options: Options) -> None:
    """Raise TooLong for more numbers than may come of a body."""
    if numbers > options.max_numbers:
        sentence = (
            f"This would be {numbers:,} numbers, above the limit of {options.max_numbers:,}; "
            "LSTM_LENS_MAX_INPUT_NUMBERS raises it"
        )
        raise TooLong([Problem(("body",), "too_large", sentence)])


def input_problem(kind: str, sentence: str, *path: str | int, root: str = "body") -> InvalidCall:
    """What is wrong with a body, at a place in it, or with an option of the query."""
    return InvalidCall([Problem((root, *path), kind, sentence)])


def wrong_option(name: str, sentence: str) -> InvalidCall:
    """What is wrong with a choice."""
    return input_problem("option", sentence, name, root="query")
