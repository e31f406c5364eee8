"""Arrows go one way: which room of the house may import which other, and which packages it may stand on."""

import ast
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import pytest

ROOT = Path(__file__).parent.parent


class Allowed(NamedTuple):
    rooms: frozenset[str]
    packages: frozenset[str]


def allowed(rooms: str, packages: str) -> Allowed:
    return Allowed(frozenset(rooms.split()), frozenset(packages.split()))


# From the ground up. A room may always import itself and the standard library, and else only what its line names.
HOUSE = {
    "app": allowed("", ""),
    "app.lstm": allowed("", "torch numpy pydantic pydantic_core safetensors xxhash"),
    "app.store_url": allowed("", ""),
    "app.settings": allowed("app.store_url", "pydantic pydantic_core pydantic_settings"),
    "app.i18n": allowed("", ""),
    "app.headers": allowed("", "starlette"),
    "app.errors": allowed("app.lstm app.headers", "asgi_correlation_id fastapi starlette orjson"),
    "app.head_requests": allowed("", "starlette"),
    "app.body_limit": allowed("app.settings", "starlette"),
    "app.same_origin": allowed("app.lstm app.errors", "starlette"),
    "app.hosts": allowed("app.lstm app.settings app.errors", "starlette"),
    "app.access": allowed("app.lstm app.errors", "starlette"),
    "app.body_deadline": allowed("", "starlette"),
    "app.protocol": allowed("app.lstm app.errors app.headers", "h11 uvicorn"),
    "app.logs": allowed("app.settings", "pythonjsonlogger"),
    "app.strict_json": allowed("", "fastapi"),
    "app.bundle": allowed("", ""),
    "app.assets": allowed("app.bundle", "anyio starlette"),
    "app.formats": allowed("app.lstm", "google h5py numpy onnx pydantic safetensors"),
    "app.schemas": allowed("app.lstm", "numpy pybase64 pydantic pydantic_core torch"),
    "app.sequences": allowed("app.lstm app.formats app.schemas", "numpy orjson"),
    "app.presets": allowed("app.lstm", "numpy safetensors torch"),
    "app.store": allowed("app.lstm app.store_url app.settings app.errors", "obstore"),
    "app.limits": allowed("app.lstm app.settings app.errors app.schemas", ""),
    "app.initial_states": allowed("app.lstm app.schemas", "numpy torch"),
    "app.tracing": allowed(
        "app.lstm app.settings app.errors app.formats app.schemas app.presets app.store app.limits app.initial_states",
        "numpy orjson pydantic torch",
    ),
    "app.jobs": allowed("", ""),
    "app.computing": allowed(
        "app.lstm app.settings app.errors app.formats app.schemas app.sequences app.tracing app.jobs", "torch"
    ),
    "app.callers": allowed("app.jobs", "starlette"),
    "app.metrics": allowed("", "prometheus_client"),
    "app.request_log": allowed("app.metrics", "starlette"),
    "app.forking": allowed("", ""),
    "app.pool": allowed(
        "app.lstm app.settings app.errors app.jobs app.computing app.metrics app.forking", "cachetools"
    ),
    "app.library": allowed(
        "app.lstm app.settings app.errors app.formats app.schemas app.sequences app.presets app.store app.limits "
        "app.initial_states app.tracing app.jobs app.computing app.callers app.metrics app.pool",
        "anyio pydantic",
    ),
    "app.recent_replies": allowed("app.schemas", "cachetools"),
    "app.reply": allowed("app.lstm app.errors app.schemas", "orjson torch"),
    "app.page": allowed("app.lstm app.i18n", "jinja2 markupsafe orjson"),
    "app.standalone": allowed("app.lstm app.i18n app.bundle app.assets app.schemas app.page", "torch"),
    "app.exports": allowed("app.lstm app.schemas", "arro3 jinja2 numpy orjson pybase64 torch"),
    "app.runs": allowed(
        "app.lstm app.settings app.errors app.schemas app.store app.tracing app.jobs app.library", "orjson"
    ),
    "app.cluster": allowed(
        "app.lstm app.settings app.errors app.schemas app.limits app.tracing app.jobs app.callers app.logs app.library "
        "app.runs",
        "anyio celery kombu orjson redis",
    ),
    "app.routes": allowed(
        "app.lstm app.settings app.i18n app.errors app.formats app.strict_json app.schemas app.sequences app.presets "
        "app.store app.limits app.tracing app.library app.recent_replies app.reply app.page app.standalone app.exports "
        "app.runs app.access",
        "anyio fastapi orjson prometheus_client pydantic torch",
    ),
    "app.main": allowed(
        "app.settings app.errors app.headers app.head_requests app.body_limit app.assets app.callers app.metrics "
        "app.library app.recent_replies app.runs app.cluster app.same_origin app.hosts app.access app.body_deadline "
        "app.request_log app.routes",
        "asgi_correlation_id fastapi",
    ),
    "app.serving": allowed("app.settings app.logs app.protocol", "fastapi torch uvicorn"),
    "app.client": allowed("", ""),
    "app.share": allowed("app.lstm app.client", "safetensors torch"),
    "app.open_command": allowed("app.client", ""),
    "app.convert_command": allowed("app.lstm app.formats", "numpy safetensors torch"),
    "app.__main__": allowed(
        "app.client app.convert_command app.open_command app.settings app.forking app.cluster app.main app.serving",
        "pydantic",
    ),
}


def modules() -> Iterator[tuple[str, Path]]:
    for path in sorted(ROOT.glob("app/**/*.py")):
        parts = path.relative_to(ROOT).with_suffix("").parts
        yield ".".join(parts[:-1] if parts[-1] == "__init__" else parts), path


def room_of(module: str) -> str | None:
    """The room that a module of app is in: `app.lstm` for `app.lstm.cell`, None where the house has no such room."""
    if module == "app":
        return module
    room = ".".join(module.split(".")[:2])
    return room if room in HOUSE else None


def imported(path: Path) -> Iterator[str]:
    """Every name that a file imports, wherever in the file, as `package.module` or `package.module.name`."""
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}: a relative import"
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def fault_of(room: str, name: str) -> str | None:
    package = name.split(".")[0]
    if package == "app":
        target = room_of(name) or "app"
        fine = target in (room, "app") or target in HOUSE[room].rooms
    else:
        fine = package in sys.stdlib_module_names or package in HOUSE[room].packages
    return None if fine else name


@pytest.mark.parametrize(("module", "path"), list(modules()))
def test_a_module_imports_only_what_its_room_may(module: str, path: Path) -> None:
    room = room_of(module)
    assert room, f"{module} is in no room: give it a line in HOUSE, and one in README's architecture"
    assert [name for name in imported(path) if fault_of(room, name)] == []


def test_no_two_rooms_need_each_other() -> None:
    def below(room: str, seen: frozenset[str] = frozenset()) -> frozenset[str]:
        assert room not in seen, f"{room} reaches itself"
        return frozenset().union(*(below(other, seen | {room}) | {other} for other in HOUSE[room].rooms))

    assert all(room not in below(room) for room in HOUSE)


def test_every_room_stands() -> None:
    assert {room_of(module) for module, _ in modules()} == set(HOUSE)
