"""The HTML pages: the app itself, and the API's documentation."""

from http import HTTPStatus
from typing import Annotated

from fastapi import APIRouter, Query, Request, Response
from fastapi.responses import HTMLResponse

from ...page.i18n import Language, choose
from ...page.render import render_template
from ..errors import on_http_exception
from .shared import TheLibrary

router = APIRouter(include_in_schema=False)


@router.get("/")
async def index(request: Request, library: TheLibrary, lang: Annotated[str | None, Query()] = None) -> Response:
    """The app's page. Its texts and the table of stages are embedded as JSON."""
    private = bool(library.settings.access_token.get_secret_value())
    return html_page("index.html", request, choose(lang, request.headers.get("accept-language")), private=private)


@router.get("/docs")
async def docs(request: Request) -> Response:
    """Swagger UI for the API, without requests to other hosts."""
    return html_page("docs.html", request, "en")


@router.get("/favicon.ico")
async def favicon() -> Response:
    """The icon, which browsers request whatever the page says."""
    return Response(status_code=204, headers={"Cache-Control": "public, max-age=86400"})


async def not_found(request: Request, error: Exception) -> Response:
    """An HTML page for a browser that followed a wrong link; other clients get the error shape."""
    wants_page = "text/html" in request.headers.get("accept", "") and not request.url.path.startswith("/api/")
    if not wants_page:
        return await on_http_exception(request, error)
    language = choose(request.query_params.get("lang"), request.headers.get("accept-language"))
    page = html_page("error.html", request, language)
    page.status_code = HTTPStatus.NOT_FOUND
    return page


def html_page(template: str, request: Request, language: Language, **values: bool) -> Response:
    """A rendered template. values: its variables besides texts."""
    version = request.app.state.assets_version
    html = render_template(template, language, lambda path: f"/static/{version}/{path}", **values)
    return HTMLResponse(
        html, headers={"Cache-Control": "no-cache", "Vary": "Accept-Language", "Content-Language": language}
    )
