"""Reading of a body without a server: what it is read as, or the problem that it is refused with."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

from lstm_lens.lstm import InvalidCall, Problem
from lstm_lens.readers.inputs import Options, write_input, write_preview

Body = bytes | str


def read(folder: Path, body: Body, **options: Any) -> dict[str, Any]:
    """What a body is read as."""
    return _written(folder, body, write_input, options)


def preview(folder: Path, body: Body, **options: Any) -> dict[str, Any]:
    """What a body holds."""
    return _written(folder, body, write_preview, options)


def problem(folder: Path, body: Body, **options: Any) -> Problem:
    """What a body is refused with."""
    try:
        found = read(folder, body, **options)
    except InvalidCall as error:
        return error.problems[0]
    raise AssertionError(f"it was read as {found}")


def _written(
    folder: Path, body: Body, write: Callable[[Path, Path, Options], None], options: dict[str, Any]
) -> dict[str, Any]:
    source, target = folder / "source", folder / "target"
    source.write_bytes(body.encode() if isinstance(body, str) else body)
    write(source, target, Options(**options))
    found: dict[str, Any] = json.loads(target.read_bytes())
    return found
