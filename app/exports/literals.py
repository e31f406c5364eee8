"""Numbers and calls as Python source, in lines of bounded width; numbers have all digits that they need."""

from collections.abc import Iterator, Sequence
from textwrap import wrap
from typing import Any

from numpy.typing import NDArray

WIDTH = 98


def array_lines(head: str, array: NDArray[Any], tail: str) -> list[str]:
    """`head[[1.0, ...], ...]tail`, for a head such as `x = torch.tensor(` and a tail such as `)`."""
    one = f"{head}{_inline(array)}{tail}"
    if len(one) <= WIDTH:
        return [one]
    indent = " " * (len(head) - len(head.lstrip()) + 4)
    return [f"{head}[", *_rows(array, indent), f"{indent[4:]}]{tail}"]


def call_lines(head: str, arguments: Sequence[str]) -> list[str]:
    """A call, with its arguments on lines of their own if it is too long for one line."""
    text = f"{head}{', '.join(arguments)})"
    return wrap(text, WIDTH, subsequent_indent=" " * len(head), break_long_words=False)


def _rows(array: NDArray[Any], indent: str) -> Iterator[str]:
    if array.ndim == 1:
        text = ", ".join(map(str, array)) + ","
        yield from wrap(text, WIDTH, initial_indent=indent, subsequent_indent=indent, break_on_hyphens=False)
        return
    for row in array:
        line = f"{indent}{_inline(row)},"
        if len(line) <= WIDTH:
            yield line
        elif row.ndim == 1:
            yield from wrap(line, WIDTH, subsequent_indent=f"{indent} ", break_on_hyphens=False, drop_whitespace=True)
        else:
            yield from (f"{indent}[", *_rows(row, indent + "    "), f"{indent}],")


def _inline(array: NDArray[Any]) -> str:
    return f"[{', '.join(str(row) if array.ndim == 1 else _inline(row) for row in array)}]"
