"""What can be wrong with a call of an LSTM, by path so that a form can show it at the field.

Problem                     one error: its path, type, message, and the values in the message
InvalidCall (ValueError)    one or more Problems, each with the path of the value at fault
"""

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

#: A value in a message: a number or a short text.
Value = str | int | float | bool


class Problem(NamedTuple):
    """An error or a remark: its path (`("input", "values", 0, 2)`), type, message, and the values in the message.

    Messages of one type differ in their values alone, so they are translated by `kind` and `ctx`.
    """

    path: tuple[str | int, ...]
    kind: str
    message: str
    ctx: Mapping[str, Value] = {}

    def as_json(self) -> dict[str, Any]:
        """The JSON of ErrorItem: type, loc, msg, and ctx if the message has values."""
        found = {"type": self.kind, "loc": list(self.path), "msg": self.message}
        return {**found, "ctx": dict(self.ctx)} if self.ctx else found


def problem(path: tuple[str | int, ...], kind: str, template: str, /, **ctx: Value) -> Problem:
    """A Problem whose message is `template` filled with `ctx`. Every type has one template in the whole package."""
    return Problem(path, kind, template.format(**ctx), ctx)


def remark(kind: str, template: str, /, **ctx: Value) -> Problem:
    """A Problem without a path that is information, not an error, such as about a file that was read."""
    return problem((), kind, template, **ctx)


def wrong_shape(path: tuple[str | int, ...], expected: Sequence[int], found: Sequence[int]) -> Problem:
    """The error of a tensor that has another shape than it should."""
    shapes = {"expected": str(list(expected)), "found": str(list(found))}
    return problem(path, "shape", "Expected shape {expected}, found {found}", **shapes)


def out_of_range(path: tuple[str | int, ...], size: int) -> Problem:
    """The error of an index that is not below `size`."""
    return problem(path, "out_of_range", "Input should be 0 to {most}", most=size - 1)


def no_reverse(path: tuple[str | int, ...]) -> Problem:
    """The error of a direction that the LSTM does not have."""
    return problem(path, "no_reverse", "This LSTM has no reverse direction")


class InvalidCall(ValueError):
    """Shapes, dtypes, lengths or values that `nn.LSTM` would refuse, or take and answer nonsense."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        self.problems = tuple(problems)
        sentences = (f"{'.'.join(map(str, p.path))}: {p.message}".removeprefix(": ") for p in self.problems)
        super().__init__("; ".join(sentences))
