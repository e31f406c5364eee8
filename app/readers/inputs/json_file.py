"""JSON: nested lists of numbers, a list of objects (rows of a table), or an object of lists (its columns)."""

import json
from math import inf
from typing import Any

import numpy as np

from .draft import Draft, Numbers, ValuePlace
from .layout import from_array
from .names import unique
from .options import Options, check_size, input_problem
from .table import Column, Table, cell_from

_MAX_COLUMNS = 4096


def parse_json(text: str) -> Any:
    """Parse JSON; duplicate keys are refused, and numbers too large for a float become infinite. Raises InvalidCall."""
    try:
        return json.loads(text, parse_int=_whole, object_pairs_hook=_unique)
    except json.JSONDecodeError as error:
        template = "Line {line}, column {column}: this is no valid JSON"
        raise input_problem("json", template, error.lineno, line=error.lineno, column=error.colno) from None
    except RecursionError:
        raise input_problem("json_depth", "The lists of this JSON are nested too deep") from None


def _whole(digits: str) -> float:
    return float(digits) if len(digits) <= 400 else -inf if digits.startswith("-") else inf


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise input_problem("duplicate_key", "A key occurs twice in an object")
    return found


def read_json(value: Any, options: Options) -> Table | Draft:
    """The table of a list of objects or an object of lists, else the samples of nested lists."""
    if isinstance(value, dict):
        return _of_columns(value, options)
    if not isinstance(value, list) or not value:
        template = "JSON should be nested lists of numbers, a list of objects, or an object of lists"
        raise input_problem("json_kind", template)
    if isinstance(value[0], dict):
        return _of_objects(value, options)
    ragged = options.layout == "sample_first" and _rank(value) == 3 and len({_length(sample) for sample in value}) > 1
    return _ragged(value, options) if ragged else from_array(_array(value, ()), options)


def _of_objects(rows: list[Any], options: Options) -> Table:
    names: dict[str, None] = {}
    for k, row in enumerate(rows):
        if not isinstance(row, dict):
            raise input_problem("json_row", "Row {row} should be an object, like the first", k, row=k + 1)
        names |= dict.fromkeys(row)
        if len(names) > _MAX_COLUMNS:
            raise input_problem("json_keys", "The objects have more than {most} different keys", most=_MAX_COLUMNS)
    check_size(len(rows) * len(names), options)
    return _table({name: [row.get(name) for row in rows] for name in names})


def _of_columns(columns: dict[str, Any], options: Options) -> Table:
    lists = [column for column in columns.values() if isinstance(column, list)]
    if not lists or len(lists) != len(columns) or len({len(column) for column in lists}) != 1 or not lists[0]:
        raise input_problem("json_columns", "An object should hold lists of equal length, a column each")
    check_size(len(lists) * len(lists[0]), options)
    return _table(columns)


def _table(columns: dict[str, list[Any]]) -> Table:
    made = []
    for k, (name, given) in enumerate(zip(unique(columns, "column"), columns.values(), strict=True)):
        cells = []
        for row, value in enumerate(given):
            try:
                cells.append(cell_from(value))
            except ValueError:
                template = "Row {row}, column {column} ({name}): this is no text, number or null"
                raise input_problem(
                    "json_cell", template, row + 1, name, row=row + 1, column=k + 1, name=name
                ) from None
        made.append(Column(name, k + 1, cells))
    if not made:
        raise input_problem("no_keys", "The objects have no keys")
    return Table(made, range(1, len(made[0].cells) + 1))


def _rank(value: Any) -> int:
    rank = 0
    while isinstance(value, list) and value and rank <= 3:
        rank, value = rank + 1, value[0]
    return rank


def _length(value: Any) -> int:
    return len(value) if isinstance(value, list) else -1


def _ragged(value: list[Any], options: Options) -> Draft:
    """Samples of different lengths, each (T_n, I)."""
    parts = [_array(sample, (n,)) for n, sample in enumerate(value)]
    for n, part in enumerate(parts):
        if part.ndim != 2 or part.shape[1] != parts[0].shape[1]:
            raise input_problem(
                "ragged_sample", "Sample {n} (from 0) should have as many features as the first", n, n=n
            )
    check_size(len(parts) * max(map(len, parts)) * parts[0].shape[1], options)

    def where(n: int, t: int, i: int) -> ValuePlace:
        return ValuePlace((n, t, i), {"n": n, "t": t, "i": i})

    return Draft(parts, where)


def _array(value: Any, path: tuple[int, ...]) -> Numbers:
    """Nested lists as an array, null as NaN. Raises InvalidCall at the first invalid element."""
    shape: list[int] = []
    inner = value
    while isinstance(inner, list) and inner and len(shape) < 3:
        shape.append(len(inner))
        inner = inner[0]
    flat: list[float] = []
    _flatten(value, shape, path, flat)
    return np.array(flat, np.float64).reshape(shape)


def _flatten(value: Any, shape: list[int], path: tuple[int, ...], into: list[float]) -> None:
    if not shape:
        if value is None:
            into.append(float("nan"))
        elif isinstance(value, int | float) and not isinstance(value, bool):
            into.append(float(value))
        else:
            template = "At {place}: this is no number, unlike its neighbours"
            raise input_problem("json_number", template, *path, place=_index(path))
        return
    if not isinstance(value, list) or len(value) != shape[0]:
        template = "At {place}: this should be a list of {expected}, like its neighbours"
        raise input_problem("json_ragged", template, *path, place=_index(path), expected=shape[0])
    for k, entry in enumerate(value):
        _flatten(entry, shape[1:], (*path, k), into)


def _index(path: tuple[int, ...]) -> str:
    return "".join(f"[{k}]" for k in path)
