"""What can be wrong with a call of an LSTM, said by path so that a form can show it at the field.

InvalidCall (ValueError)    one or more Problems, each with the path of the value at fault
"""

from collections.abc import Sequence
from typing import NamedTuple


class Problem(NamedTuple):
    """One thing that is wrong: where (`("input", "values", 0, 2)`), a stable kind, and a sentence."""

    path: tuple[str | int, ...]
    kind: str
    message: str


class InvalidCall(ValueError):
    """Shapes, dtypes, lengths or values that `nn.LSTM` would refuse, or take and answer nonsense."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        self.problems = tuple(problems)
        super().__init__("; ".join(f"{'.'.join(map(str, p.path))}: {p.message}" for p in self.problems))
