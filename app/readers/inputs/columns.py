"""From a table to samples: assigns each column a role, as a feature, the time, the sample's name, or an annotation."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from itertools import pairwise

import numpy as np

from ...lstm import Problem
from ...lstm.errors import remark
from ...schemas.inputs import Role
from ...schemas.notes import MAX_ROWS
from .draft import Draft, Entry, Numbers, Row, ValuePlace
from .names import clean, listed
from .options import Options, input_problem, wrong_option
from .table import Column, Table, TableCell, moment

ANNOTATIONS: tuple[Role, ...] = ("label", "target", "prediction")
#: Names of columns that reveal their role.
_SAMPLES = frozenset({"sample", "sample_id", "sequence", "sequence_id", "series", "series_id"})
_TOLD: dict[str, Role] = {"label": "label", "labels": "label", "target": "target", "targets": "target"}
_TOLD |= {"prediction": "prediction", "predictions": "prediction", "predicted": "prediction"}


def roles_of(table: Table, options: Options) -> tuple[dict[str, Role], list[Problem]]:
    """The role of each column by name, and remarks on the guessed ones."""
    names = {column.name for column in table.columns}
    for name, role in options.roles.items():
        if name not in names:
            there = listed([column.name for column in table.columns])
            raise wrong_option(role, "unknown_column", "No column has this name; there are {names}", names=there)
    roles: dict[str, Role] = {}
    guessed: list[str] = []
    empty: list[str] = []
    taken = set(options.roles.values())
    for column in table.columns:
        if column.name in options.roles:
            roles[column.name] = options.roles[column.name]
            continue
        role = _guess(table, column, taken | set(roles.values()))
        roles[column.name] = role
        if role == "skip":
            empty.append(column.name)
        elif role != "feature":
            guessed.append(f"{column.name} = {role}")
    remarks = []
    if guessed:
        remarks.append(remark("columns_guessed", "Taken by their content: {roles}.", roles=listed(guessed)))
    if empty:
        remarks.append(remark("columns_empty", "Left out, since there is nothing in it: {names}.", names=listed(empty)))
    return roles, remarks


def _guess(table: Table, column: Column, taken: set[Role]) -> Role:
    kind, name = table.kind_of(column), column.name.strip().lower()
    if kind == "empty":
        return "skip"
    if name in _SAMPLES and "sample" not in taken:
        return "sample"
    if kind == "date" and "time" not in taken:
        return "time"
    return _TOLD.get(name, "feature" if kind == "number" else "label")


def from_table(table: Table, options: Options) -> Draft:
    """The samples of a table. Raises InvalidCall at a cell that is not a number, and for invalid roles."""
    roles, remarks = roles_of(table, options)
    chosen = {role: [column for column in table.columns if roles[column.name] == role] for role in set(roles.values())}
    features = chosen.get("feature", [])
    if not features:
        raise input_problem("no_feature", "No column is taken as a feature, and none holds numbers that could be")
    for role in ("time", "sample"):
        if len(chosen.get(role, [])) > 1:
            raise wrong_option(role, "second_column", "Only one column can be this")
    rows = [column for column in table.columns if roles[column.name] in ANNOTATIONS]
    if len(rows) > MAX_ROWS:
        template = "At most {most} columns can be annotations; leave some out"
        raise wrong_option("label", "annotation_columns", template, most=MAX_ROWS)
    values = np.array([_numbers(table, column) for column in features], np.float64).T  # (rows, I)
    groups, said = _groups(table, chosen.get("sample", []))
    time = chosen.get("time", [])
    times = (
        [[None if cell is None else _text(cell) for cell in _of(time[0].cells, group)] for group in groups]
        if time
        else None
    )

    def where(n: int, t: int, i: int) -> ValuePlace:
        return _place(table, groups[n][t], features[i])

    return Draft(
        samples=[_part(values, group) for group in groups],
        where=where,
        features=[column.name for column in features],
        times=times,
        rows=[_annotations(table, column, roles[column.name], groups) for column in rows],
        remarks=[*table.remarks, *remarks, *said, *(_about_times(times) if times else [])],
    )


def _place(table: Table, row: int, column: Column) -> ValuePlace:
    """The position of a cell."""
    number = table.rows[row]
    return ValuePlace((number, column.name), {"row": number, "column": column.number, "name": column.name})


def _numbers(table: Table, column: Column) -> list[float]:
    found = [float("nan") if cell is None else table.number(cell) for cell in column.cells]
    if None in found:
        path, ctx = _place(table, found.index(None), column)
        template = (
            "Row {row}, column {column} ({name}): this is no number. Mend it, or take the column as something else "
            "than a feature"
        )
        raise input_problem("not_a_number", template, *path, **ctx)
    return [number for number in found if number is not None]


def _groups(table: Table, column: Sequence[Column]) -> tuple[list[list[int]], list[Problem]]:
    """The rows of each sample; samples in the order in which they first appear."""
    if not column:
        return [list(range(len(table.rows)))], []
    found: dict[str, list[int]] = {}
    for row, cell in enumerate(column[0].cells):
        if cell is None:
            path, ctx = _place(table, row, column[0])
            template = "Row {row}, column {column} ({name}): there is no name of a sample"
            raise input_problem("missing_sample", template, *path, **ctx)
        found.setdefault(_text(cell), []).append(row)
    scattered = any(group[-1] - group[0] >= len(group) for group in found.values())
    names = listed([f"n = {n}: {name}" for n, name in enumerate(found)])
    remarks = [remark("samples_found", "{count} samples: {names}.", count=len(found), names=names)]
    if scattered:
        remarks.append(remark("samples_gathered", "Rows of a sample stood apart and were gathered."))
    return list(found.values()), remarks


def _part(values: Numbers, group: list[int]) -> Numbers:
    return values[group]


def _of(cells: list[TableCell], group: list[int]) -> list[TableCell]:
    return [cells[row] for row in group]


def _text(cell: str | float) -> str:
    return clean(cell) if isinstance(cell, str) else f"{cell:g}"


def _annotations(table: Table, column: Column, kind: Role, groups: list[list[int]]) -> Row:
    """An annotation row of numbers if every cell is one, else of texts."""
    numbers = [None if cell is None else table.number(cell) for cell in column.cells]
    plain = all((number is None) == (cell is None) for number, cell in zip(numbers, column.cells, strict=True))
    finite = plain and all(number is None or abs(number) < float("inf") for number in numbers)
    cells: list[Entry] = list(numbers) if finite else [None if cell is None else _text(cell) for cell in column.cells]
    return Row(column.name, kind, [[cells[row] for row in group] for group in groups])


def _about_times(times: list[list[str | None]]) -> list[Problem]:
    """Remarks on what the LSTM does not see: dates out of order, and uneven steps."""
    steps: list[timedelta] = []
    for labels in times:
        moments: list[datetime | None] = [None if label is None else moment(label) for label in labels]
        if None in moments:
            return []
        steps += [after - before for before, after in pairwise(moments) if before is not None and after is not None]
    if any(step < timedelta(0) for step in steps):
        return [remark("times_unordered", "The times do not ascend; rows are read in the order of the file.")]
    months = all(label is not None and len(label) == 7 for labels in times for label in labels)
    if steps and not months and min(steps) != max(steps):
        template = "The steps between rows differ, from {least} to {most}; the LSTM sees each row as one step."
        return [remark("times_uneven", template, least=str(min(steps)), most=str(max(steps)))]
    return []
