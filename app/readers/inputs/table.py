"""Tables: named columns of any source, and the kinds of their cells."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from math import inf, isnan
from typing import Literal

from ...lstm import Problem

TableCell = str | float | None
ColumnKind = Literal["number", "date", "text", "empty"]

#: Texts that mean a missing value.
MISSING = frozenset({"", "na", "n/a", "#n/a", "nan", "null", "none", "nat", "-", "–", "—", "?"})
_POINT = re.compile(r"[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?", re.ASCII)
_COMMA = re.compile(r"[+-]?(?:\d+,?\d*|,\d+)(?:[eE][+-]?\d+)?", re.ASCII)
_DATE = re.compile(r"\d{4}-\d{2}(-\d{2})?([T ].*)?", re.ASCII)
_MAX_DIGITS = 400


@dataclass(frozen=True)
class Column:
    """A column; None for a missing value. number: its position in the file, from 1."""

    name: str
    number: int
    cells: list[TableCell]


@dataclass(frozen=True)
class Table:
    """Columns of equal length. rows: the line of the file for each row, from 1."""

    columns: list[Column]
    rows: Sequence[int]
    decimal: Literal[".", ","] = "."
    remarks: list[Problem] = field(default_factory=list)

    def kind_of(self, column: Column) -> ColumnKind:
        """The kind of a column: numbers if any cell is one, dates if all are."""
        present = [cell for cell in column.cells if cell is not None]
        if not present:
            return "empty"
        if all(isinstance(cell, str) and is_date(cell) for cell in present):
            return "date"
        return "number" if any(self.number(cell) is not None for cell in present) else "text"

    def number(self, cell: TableCell) -> float | None:
        """The number in a cell, infinite if too large for a float; None if it has none."""
        if not isinstance(cell, str):
            return cell
        pattern = _POINT if self.decimal == "." else _COMMA
        if len(cell) > _MAX_DIGITS or not pattern.fullmatch(cell):
            return None
        return float(cell.replace(",", "."))


def cell_of(text: str) -> TableCell:
    """The cell of a text file; None if the text means a missing value."""
    trimmed = text.strip()
    return None if trimmed.lower() in MISSING else trimmed


def cell_from(value: object) -> TableCell:
    """The cell of a JSON value. Raises ValueError for anything but text, number or null."""
    if value is None or isinstance(value, bool):
        return None if value is None else float(value)
    if isinstance(value, int):
        return float(value) if abs(value) < 2**1023 else inf
    if isinstance(value, float):
        return None if isnan(value) else value
    if isinstance(value, str):
        return cell_of(value)
    raise ValueError


def is_date(text: str) -> bool:
    """Whether a text is an ISO date, a month, or a date with a time."""
    if not _DATE.fullmatch(text):
        return False
    return moment(text) is not None


def moment(text: str) -> datetime | None:
    """The time in an ISO text, without its zone; None if it is not one."""
    try:
        return datetime.fromisoformat(text if len(text) > 7 else f"{text}-01").replace(tzinfo=None)
    except ValueError:
        return None
