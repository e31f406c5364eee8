"""Files that browsers load: the project's own, Plotly from its Python package and Swagger UI from another.

They are served below a hash of all of them, `/static/{hash}/...`, so that they may be cached for good, modules that
import one another by relative paths included; and below plain `/static/...`, where a browser asks again each time.
"""

from hashlib import sha256
from pathlib import Path

from starlette.applications import Starlette
from starlette.responses import Response
from starlette.routing import Mount
from starlette.staticfiles import StaticFiles
from starlette.types import Scope

STATIC = Path(__file__).parent.parent / "static"
PACKAGES = [("plotly", "package_data"), ("fastapi_offline", "static")]

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
        response.headers["Cache-Control"] = self._cache_control
        return response


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
