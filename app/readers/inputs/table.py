"""Columns with names, wherever they come from, and what each of their cells is."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from math import inf, isnan
from typing import Literal

TableCell = str | float | None
ColumnKind = Literal["number", "date", "text", "empty"]

#: What people and programs write where there is no value.
MISSING = frozenset({"", "na", "n/a", "#n/a", "nan", "null", "none", "nat", "-", "–", "—", "?"})
_POINT = re.compile(r"[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?", re.ASCII)
_COMMA = re.compile(r"[+-]?(?:\d+,?\d*|,\d+)(?:[eE][+-]?\d+)?", re.ASCII)
_DATE = re.compile(r"\d{4}-\d{2}(-\d{2})?([T ].*)?", re.ASCII)
_MAX_DIGITS = 400


@dataclass(frozen=True)
class Column:
    """A column; None where there is no value. number: its place in the file, from 1 on."""

    name: str
    number: int
    cells: list[TableCell]


@dataclass(frozen=True)
class Table:
    """Columns of equal length. rows: the row of the file that each row stands in, from 1 on."""

    columns: list[Column]
    rows: Sequence[int]
    decimal: Literal[".", ","] = "."
    remarks: list[str] = field(default_factory=list)

    def kind_of(self, column: Column) -> ColumnKind:
        """What a column holds: numbers where any cell is one, dates where all are."""
        present = [cell for cell in column.cells if cell is not None]
        if not present:
            return "empty"
        if all(isinstance(cell, str) and is_date(cell) for cell in present):
            return "date"
        return "number" if any(self.number(cell) is not None for cell in present) else "text"

    def number(self, cell: TableCell) -> float | None:
        """The number that a cell writes, infinite beyond every float; None where it writes none."""
        if not isinstance(cell, str):
            return cell
        pattern = _POINT if self.decimal == "." else _COMMA
        if len(cell) > _MAX_DIGITS or not pattern.fullmatch(cell):
            return None
        return float(cell.replace(",", "."))


def cell_of(text: str) -> TableCell:
    """A cell of a text file; None where it says that there is no value."""
    trimmed = text.strip()
    return None if trimmed.lower() in MISSING else trimmed


def cell_from(value: object) -> TableCell:
    """A cell of JSON. Raises ValueError for what is neither text, number nor null."""
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
    """The moment that an ISO text says, without its zone; None if it is no such text."""
    try:
        return datetime.fromisoformat(text if len(text) > 7 else f"{text}-01").replace(tzinfo=None)
    except ValueError:
        return None
