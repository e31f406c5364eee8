"""CSV tables: rows of cells separated by commas, semicolons or tabs."""

import csv
import io
import re

from ...lstm import InvalidCall, Problem
from ...lstm.errors import remark
from .names import unique
from .options import Options, check_size, input_problem
from .table import Column, Table, TableCell, cell_of, is_date

#: In the order in which they are tried: a comma may occur inside numbers, the others hardly.
DELIMITERS = ("\t", ";", ",")
_REMARKS = {
    "\t": remark("separated_by_tabs", "Cells are separated by tabs."),
    ";": remark("separated_by_semicolons", "Cells are separated by semicolons."),
}
_SNIFFED = 50  # rows
_DECIMAL_COMMA = re.compile(r"[+-]?\d*,\d+(?:[eE][+-]?\d+)?", re.ASCII)
_DECIMAL_POINT = re.compile(r"[+-]?\d*\.\d+(?:[eE][+-]?\d+)?", re.ASCII)
_NUMBER = re.compile(r"[+-]?[\d.,]+(?:[eE][+-]?\d+)?", re.ASCII)


def decoded(content: bytes) -> tuple[str, list[Problem]]:
    """The decoded text, and remarks on its encoding. Raises InvalidCall if it is not text."""
    for mark, encoding in ((b"\xef\xbb\xbf", "utf-8-sig"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16")):
        if content.startswith(mark):
            return _decode(content, encoding), []
    if b"\0" in content:
        template = "This is no text and none of the formats that are read: CSV, JSON, npy, npz, safetensors"
        raise input_problem("not_text", template)
    try:
        return content.decode("utf-8"), []
    except UnicodeDecodeError:
        decoded_as = remark("read_as_windows_1252", "The text is no UTF-8 and was read as Windows-1252.")
        return _decode(content, "cp1252"), [decoded_as]


def _decode(content: bytes, encoding: str) -> str:
    try:
        return content.decode(encoding)
    except UnicodeDecodeError:
        raise input_problem("encoding", "The text is in no encoding that is read: save it as UTF-8") from None


def delimiter_of(text: str) -> str | None:
    """The delimiter of the cells, None if there is none: the first that splits all of the first rows
    into equally many."""
    for delimiter in DELIMITERS:
        widths = {len(row) for row in _rows(text, delimiter, _SNIFFED)}
        if len(widths) == 1 and widths != {1}:
            return delimiter
    counted = {delimiter: text[:100_000].count(delimiter) for delimiter in DELIMITERS}
    likeliest = max(DELIMITERS, key=lambda delimiter: counted[delimiter])
    return likeliest if counted[likeliest] else None


def _rows(text: str, delimiter: str, most: int) -> list[list[str]]:
    found: list[list[str]] = []
    try:
        for row in csv.reader(io.StringIO(text, newline=""), delimiter=delimiter):
            if any(cell.strip() for cell in row):
                found.append(row)
            if len(found) == most:
                break
    except csv.Error:
        return []
    return found


def read_csv(text: str, options: Options, remarks: list[Problem]) -> Table:
    """The table in a text. Raises InvalidCall at the row that does not fit, TooLong."""
    delimiter = delimiter_of(text) or ","
    width, rows, places = _cells(text, delimiter, options)
    header = options.header if options.header is not None else _has_header(rows)
    decimal, said = _decimal(rows[1:] if header else rows, places[1:] if header else places, delimiter)
    names = unique(rows[0] if header else [""] * width, "column")
    body, at = (rows[1:], places[1:]) if header else (rows, places)
    if not body:
        raise input_problem("empty_table", "The table has a row of names and no values")
    if options.header is None and not header:
        said.append(remark("no_header", "The first row holds values, so the columns have no names."))
    if header and len(set(rows[0])) != len(rows[0]):
        said.append(remark("names_numbered", "Some names occurred twice and got a number."))
    separated = [_REMARKS[delimiter]] if delimiter in _REMARKS and width > 1 else []
    columns = [Column(name, k + 1, [cell_of(row[k]) for row in body]) for k, name in enumerate(names)]
    return Table(columns, at, "," if decimal else ".", [*remarks, *separated, *said])


def _cells(text: str, delimiter: str, options: Options) -> tuple[int, list[list[str]], list[int]]:
    """All rows, all of one width, and the line of the file that each ends on.

    Blank rows are skipped; in a table of one column they are missing values if other rows follow.
    """
    rows: list[list[str]] = []
    places: list[int] = []
    blank: list[int] = []
    width = 0
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    try:
        for row in reader:
            if not any(cell.strip() for cell in row):
                blank.append(reader.line_num)
                continue
            if width == 1:
                rows += [[""]] * len(blank)
                places += blank
            blank.clear()
            width = width or len(row)
            if len(row) != width:
                raise _uneven(reader.line_num, len(row), width)
            rows.append(row)
            places.append(reader.line_num)
            if len(rows) % 1000 == 0:
                check_size(len(rows) * width, options)
    except csv.Error:
        row_number = reader.line_num
        template = "Row {row}: a quotation mark is not closed, or stands in the middle of a cell"
        raise input_problem("quotes", template, row_number, row=row_number) from None
    if not rows:
        raise input_problem("nothing_to_read", "There is nothing to read")
    check_size(len(rows) * width, options)
    return width, rows, places


def _uneven(row: int, cells: int, width: int) -> InvalidCall:
    template = "Row {row} should have as many cells as the first row: {expected}, not {found}"
    return input_problem("ragged_row", template, row, row=row, expected=width, found=cells)


def _has_header(rows: list[list[str]]) -> bool:
    """Whether the first row has names: it has no number or date, or a text above a column of numbers."""
    first = [cell_of(cell) for cell in rows[0]]
    if not any(_is_value(cell) for cell in first):
        return any(cell is not None for cell in first)
    below = [cell_of(cell) for cell in rows[1]] if len(rows) > 1 else []
    return any(not _is_value(name) and name and _is_value(cell) for name, cell in zip(first, below, strict=False))


def _is_value(cell: TableCell) -> bool:
    return isinstance(cell, str) and (is_date(cell) or _NUMBER.fullmatch(cell) is not None)


def _decimal(rows: list[list[str]], places: list[int], delimiter: str) -> tuple[bool, list[Problem]]:
    """Whether the comma is the decimal mark: it is no delimiter, and occurs in numbers."""
    if delimiter == ",":
        return False, []
    cells = [(row, k, cell.strip()) for row, line in zip(places, rows, strict=True) for k, cell in enumerate(line)]
    comma = next(((row, k) for row, k, cell in cells if _DECIMAL_COMMA.fullmatch(cell)), None)
    if comma is None:
        return False, []
    point = next(((row, k) for row, k, cell in cells if _DECIMAL_POINT.fullmatch(cell)), None)
    if point is not None:
        template = (
            "Row {row}, column {column} has a decimal point, and row {other_row}, column {other_column} a decimal "
            "comma: only one of them can be the decimal mark"
        )
        other = {"other_row": comma[0], "other_column": comma[1] + 1}
        raise input_problem("decimal_mark", template, point[0], row=point[0], column=point[1] + 1, **other)
    return True, [remark("decimal_comma", "The decimal mark is a comma.")]
