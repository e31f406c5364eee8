"""Arrows go one way: every room of app/ imports only itself and rooms below it, and only the packages of its row."""

import ast
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

APP = Path(__file__).parent.parent / "app"

# From the top down. A module belongs to the row with the longest name that it begins with.
ROWS = {
    "__main__": "fastapi",
    "main": "fastapi",
    "client": "numpy safetensors torch",
    "web": "anyio asgi_correlation_id fastapi h11 orjson prometheus_client pydantic starlette torch uvicorn cachetools",
    "runs.cluster": "anyio celery kombu orjson redis",
    "runs.long": "orjson",
    "runs.replies": "orjson torch",
    "runs.library": "anyio pydantic",
    "runs.workers": "cachetools torch",
    "runs": "numpy orjson pydantic torch",
    "page": "anyio jinja2 markupsafe orjson starlette torch",
    "store": "obstore",
    "exports": "arro3 jinja2 numpy orjson pybase64 torch",
    "figures": "numpy pybase64",
    "readers": "google h5py numpy onnx orjson pydantic safetensors",
    "schemas": "numpy pybase64 pydantic pydantic_core torch",
    "presets": "numpy safetensors torch",
    "core": "prometheus_client pydantic pydantic_core pydantic_settings pythonjsonlogger",
    "lstm": "numpy pydantic pydantic_core safetensors torch xxhash",
}
FACE = {"client.show", "lstm"}  # what the lazy names of the package itself lead to


def row_of(module: str) -> str:
    return max((row for row in ROWS if f"{module}.".startswith(f"{row}.")), key=len, default="")


def imported(path: Path) -> Iterator[tuple[bool, str]]:
    """Every name that a file imports, wherever in the file: whether it is of app, and the name, without `app.`."""
    package = path.relative_to(APP).parts[:-1]
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            yield from ((False, alias.name) for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.level:
            above = package[: len(package) - node.level + 1]
            base = [*above, *([node.module] if node.module else [])]
            yield from ((True, ".".join([*base, alias.name])) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield False, node.module or ""


def faults(path: Path) -> list[str]:
    rows = list(ROWS)
    own = row_of(".".join(path.relative_to(APP).with_suffix("").parts))
    below = {"", *rows[rows.index(own) :]} if own else {row_of(name) for name in FACE}
    packages = {"__future__", *sys.stdlib_module_names, *ROWS.get(own, "").split()}
    return [
        name
        for inside, name in imported(path)
        if (row_of(name) not in below if inside else name.split(".")[0] not in packages)
    ]


@pytest.mark.parametrize("path", sorted(APP.rglob("*.py")), ids=lambda path: path.relative_to(APP).as_posix())
def test_a_module_imports_only_its_own_room_and_those_below(path: Path) -> None:
    assert faults(path) == []


def test_every_row_is_a_room_and_every_room_has_a_row() -> None:
    names = {path.relative_to(APP).parts[0].removesuffix(".py") for path in APP.rglob("*.py")}
    assert {row.split(".")[0] for row in ROWS} == names - {"__init__"}


def test_a_public_name_has_one_meaning() -> None:
    """Those of the formats' modules and of the presets' tasks are parts of one interface."""
    homes: dict[str, set[str]] = {}
    for path in APP.rglob("*.py"):
        module = path.relative_to(APP).as_posix()
        for node in ast.parse(path.read_text("utf-8")).body if not module.endswith("task.py") else ():
            named = [node.name] if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef) else []
            targets = node.targets if isinstance(node, ast.Assign) else []
            targets += [node.target] if isinstance(node, ast.AnnAssign) else []
            named += [name.id for target in targets for name in ast.walk(target) if isinstance(name, ast.Name)]
            for name in named:
                homes.setdefault(name, set()).add(module)
    several = {name: found for name, found in homes.items() if len(found) > 1 and not name.startswith("_")}
    assert set(several) == {"log", "read", "router"}, several
