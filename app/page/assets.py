"""Static files: the project's own, and Swagger UI from a package.

They are served below a hash of all of them, `/static/{hash}/...`, cached permanently, including modules that import one
another by relative paths; and below plain `/static/...`, where browsers revalidate each time. Text files are
compressed, once per process.

Even from its cache a browser spends milliseconds on each file of a page. So the page's first modules are bundled below
the hash, and its style sheets everywhere; below plain `/static/...` each module is served as it was written.
"""

import gzip
from collections.abc import Mapping
from functools import cache
from hashlib import sha256
from pathlib import Path

import anyio
from starlette.applications import Starlette
from starlette.datastructures import Headers
from starlette.responses import FileResponse, Response
from starlette.routing import Mount
from starlette.staticfiles import StaticFiles
from starlette.types import Scope

from ..core.resources import resources
from ..figures.palette import custom_properties
from .bundle import served

STATIC = resources("static")
PACKAGES = [("fastapi_offline", "static")]

#: The page's entry module, which imports all others.
ENTRY = "js/main.js"
#: The style sheets in cascade order, and the path of the combined one.
SHEETS = [
    f"css/{name}.css"
    for name in (
        *("tokens", "base", "controls", "layout", "form", "levels", "network", "figures", "maps", "gate", "cell"),
        *("tables", "long", "transport", "hover", "pins", "narrow", "tour", "shape-check", "data", "upload", "export"),
        "pictures",
    )
]
SHEET = "css/page.css"

#: Suffixes of files that are compressed.
TEXT = frozenset({".js", ".mjs", ".css", ".svg", ".json", ".map", ".txt", ".html"})

KINDS = {".js": "text/javascript", ".css": "text/css"}

CACHE_FOR_GOOD = "public, max-age=31536000, immutable"
CACHE_AND_ASK = "no-cache"


class Assets(StaticFiles):
    """Files of a folder, or of packages, with one Cache-Control."""

    def __init__(self, cache_control: str, *, vendored: bool, made: Mapping[str, str] | None = None) -> None:
        """made: texts that are served at some paths instead of files."""
        if vendored:
            super().__init__(packages=list(PACKAGES))
        else:
            super().__init__(directory=STATIC)
        self._cache_control = cache_control
        self._made = made or {}

    async def get_response(self, path: str, scope: Scope) -> Response:
        if path in self._made:
            response = await _of_text(self._made[path], Path(path).suffix, Headers(scope=scope))
        else:
            response = await super().get_response(path, scope)
        if isinstance(response, FileResponse) and Path(response.path).suffix in TEXT:
            response = await _compressed(response, Headers(scope=scope))
        response.headers["Cache-Control"] = self._cache_control
        return response


async def _of_text(text: str, suffix: str, request_headers: Headers) -> Response:
    """A text as a reply of the suffix's media type, gzipped if the client accepts that."""
    gzipped = "gzip" in request_headers.get("accept-encoding", "")
    body = await anyio.to_thread.run_sync(_gzipped_text, text) if gzipped else text.encode()
    encoding = {"Content-Encoding": "gzip"} if gzipped else {}
    return Response(body, 200, {"Vary": "Accept-Encoding", **encoding}, KINDS[suffix])


async def _compressed(response: FileResponse, request_headers: Headers) -> Response:
    """The same file gzipped, if the client accepts that and does not ask for a range."""
    response.headers["Vary"] = "Accept-Encoding"
    if "gzip" not in request_headers.get("accept-encoding", "") or "range" in request_headers:
        return response
    path = Path(str(response.path))
    body = await anyio.to_thread.run_sync(_gzipped, path, path.stat().st_mtime_ns)
    kept = {name: value for name, value in response.headers.items() if name in ("etag", "last-modified", "vary")}
    return Response(body, 200, {**kept, "Content-Encoding": "gzip"}, response.media_type)


@cache
def _gzipped(path: Path, modified: int) -> bytes:
    return gzip.compress(path.read_bytes(), 6, mtime=0)


@cache
def _gzipped_text(text: str) -> bytes:
    return gzip.compress(text.encode(), 6, mtime=0)


@cache
def page_sheet() -> str:
    """All style sheets of the page in one text, preceded by the colours that they use."""
    return "\n".join([custom_properties(), *map(_read, SHEETS)])


@cache
def page_modules() -> dict[str, str]:
    """The bundled texts served below the hash, by the paths of the page's first modules."""
    return served(ENTRY, _read)


def _read(path: str) -> str:
    return (STATIC / path).read_text("utf-8")


def content_hash() -> str:
    """A hash of the names and contents of everything that is served."""
    digest = sha256()
    folders = [Path(folder) for folder in (STATIC, *Assets(CACHE_AND_ASK, vendored=True).all_directories)]
    for folder in folders:
        for path in sorted(path for path in folder.rglob("*.*") if path.is_file()):
            digest.update(f"{path.relative_to(folder).as_posix()}\0{path.stat().st_size}\0".encode())
            digest.update(path.read_bytes())
    return digest.hexdigest()[:16]


def mount(app: Starlette, version: str) -> None:
    """Serve all files below /static/{version} and /static."""
    sheet = {SHEET: page_sheet()}
    for root, rule, made in (
        (f"/static/{version}", CACHE_FOR_GOOD, {**page_modules(), **sheet}),
        ("/static", CACHE_AND_ASK, sheet),
    ):
        app.router.routes.append(Mount(f"{root}/vendor", Assets(rule, vendored=True)))
        app.router.routes.append(Mount(root, Assets(rule, vendored=False, made=made)))
