"""Preview of a body: its first rows, and the role that each column would have."""

from collections.abc import Mapping
from typing import Any

import numpy as np

from ...lstm import InvalidCall
from .arrays import FoundArray, as_content
from .columns import roles_of
from .draft import Draft
from .layout import from_arrays
from .names import clean, shown
from .options import Options, remarks_as_json
from .table import Table, TableCell
from .text import Text

ROWS = 8
_MAX_COLUMNS = 64
MAX_TOKENS = 64


def preview_of(content: "Table | Draft | Text | Mapping[str, FoundArray]", options: Options) -> dict[str, Any]:
    """The fields of PreviewResponse except the format."""
    if isinstance(content, Table):
        return _of_table(content, options)
    if isinstance(content, Text):
        return _of_text(content)
    if isinstance(content, Draft):
        return _filled(**_of_draft(content))
    arrays = as_content(content)
    try:
        draft = from_arrays(content, options)
    except InvalidCall:
        if len(content) < 2:
            raise
        return _filled(arrays=arrays)  # the user chooses one of them
    return _filled(**_of_draft(draft), arrays=arrays if len(arrays) > 1 else [])


def _filled(**found: Any) -> dict[str, Any]:
    empty: dict[str, Any] = {"rows": 0, "samples": 1, "columns": [], "hidden_columns": 0, "arrays": [], "tokens": []}
    return {**empty, "distinct_tokens": 0, **remarks_as_json([]), **found}


def _of_table(table: Table, options: Options) -> dict[str, Any]:
    roles, remarks = roles_of(table, options)
    columns = [
        {
            "name": column.name,
            "kind": table.kind_of(column),
            "taken_as": roles[column.name],
            "missing": column.cells.count(None),
            "cells": [_written(cell) for cell in column.cells[:ROWS]],
        }
        for column in table.columns[:_MAX_COLUMNS]
    ]
    hidden = len(table.columns) - len(columns)
    return _filled(
        rows=len(table.rows), columns=columns, hidden_columns=hidden, **remarks_as_json([*table.remarks, *remarks])
    )


def _of_draft(draft: Draft) -> dict[str, Any]:
    """Arrays have no names; their features are named by index."""
    first = draft.samples[0]
    columns = [
        {
            "name": str(k),
            "kind": "number",
            "taken_as": "feature",
            "missing": int(sum(np.isnan(sample[:, k]).sum() for sample in draft.samples)),
            "cells": [_written(None if np.isnan(value) else float(value)) for value in first[:ROWS, k]],
        }
        for k in range(min(first.shape[1], _MAX_COLUMNS))
    ]
    hidden = first.shape[1] - len(columns)
    rows = max(map(len, draft.samples))
    return {
        "rows": rows,
        "samples": len(draft.samples),
        "columns": columns,
        "hidden_columns": hidden,
        **remarks_as_json(draft.remarks),
    }


def _of_text(text: Text) -> dict[str, Any]:
    tokens = [shown(token) for token in text.samples[0][:MAX_TOKENS]]
    distinct = {token for sample in text.samples for token in sample}
    rows = max(map(len, text.samples))
    return _filled(rows=rows, samples=len(text.samples), tokens=tokens, distinct_tokens=len(distinct))


def _written(cell: TableCell) -> str | None:
    return clean(cell) if isinstance(cell, str) else None if cell is None else f"{cell:.6g}"
