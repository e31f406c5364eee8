"""Files that browsers load: the project's own, and Swagger UI from a package.

They are served below a hash of all of them, `/static/{hash}/...`, so that they may be cached for good, modules that
import one another by relative paths included; and below plain `/static/...`, where a browser asks again each time.
What is text is compressed, once in the life of a process.
"""

import gzip
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

STATIC = Path(__file__).parent.parent / "static"
PACKAGES = [("fastapi_offline", "static")]

#: What becomes smaller.
TEXT = frozenset({".js", ".mjs", ".css", ".svg", ".json", ".map", ".txt", ".html"})

CACHE_FOR_GOOD = "public, max-age=31536000, immutable"
CACHE_AND_ASK = "no-cache"


class Assets(StaticFiles):
    """A folder of files, or those of packages, with one rule for caches."""

    def __init__(self, cache_control: str, *, vendored: bool) -> None:
        if vendored:
            super().__init__(packages=list(PACKAGES))
        else:
            super().__init__(directory=STATIC)
        self._cache_control = cache_control

    async def get_response(self, path: str, scope: Scope) -> Response:
        response = await super().get_response(path, scope)
        if isinstance(response, FileResponse) and Path(response.path).suffix in TEXT:
            response = await _compressed(response, Headers(scope=scope))
        response.headers["Cache-Control"] = self._cache_control
        return response


async def _compressed(response: FileResponse, asked: Headers) -> Response:
    """The same file with gzip, for whom takes that and does not ask for a part of it."""
    response.headers["Vary"] = "Accept-Encoding"
    if "gzip" not in asked.get("accept-encoding", "") or "range" in asked:
        return response
    path = Path(str(response.path))
    body = await anyio.to_thread.run_sync(_gzipped, path, path.stat().st_mtime_ns)
    kept = {name: value for name, value in response.headers.items() if name in ("etag", "last-modified", "vary")}
    return Response(body, 200, {**kept, "Content-Encoding": "gzip"}, response.media_type)


@cache
def _gzipped(path: Path, modified: int) -> bytes:
    return gzip.compress(path.read_bytes(), 6, mtime=0)


#: Folders of modules that are fetched when they are first needed.
LATER = frozenset({"exports", "pictures", "standalone", "data"})


def modules() -> list[str]:
    """The modules that the app's page begins with, as paths below static/: all but the scripts of a page of their own
    and what is needed later."""
    apart = {"docs.js", "theme-boot.js"}
    return [
        path.relative_to(STATIC).as_posix()
        for path in sorted(STATIC.glob("js/**/*.js"))
        if path.name not in apart and path.parent.name not in LATER
    ]


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
    for root, rule in ((f"/static/{version}", CACHE_FOR_GOOD), ("/static", CACHE_AND_ASK)):
        app.router.routes.append(Mount(f"{root}/vendor", Assets(rule, vendored=True)))
        app.router.routes.append(Mount(root, Assets(rule, vendored=False)))
