"""The pages: the app itself, and the API's documentation."""

from typing import Annotated

from fastapi import APIRouter, Query, Request, Response
from fastapi.responses import HTMLResponse

from app.i18n import Language, choose
from app.page import render

router = APIRouter(include_in_schema=False)


@router.get("/")
async def index(request: Request, lang: Annotated[str | None, Query()] = None) -> Response:
    """The page. Its words, and the table of stages, travel inside it as JSON."""
    return _page("index.html", request, choose(lang, request.headers.get("accept-language")))


@router.get("/docs")
async def docs(request: Request) -> Response:
    """Swagger UI on the API, with no request to another host."""
    return _page("docs.html", request, "en")


@router.get("/favicon.ico")
async def favicon() -> Response:
    """Browsers ask for it whatever the page says."""
    return Response(status_code=204, headers={"Cache-Control": "public, max-age=86400"})


def _page(template: str, request: Request, language: Language) -> Response:
    version = request.app.state.assets_version
    html = render(template, language, lambda path: f"/static/{version}/{path}")
    return HTMLResponse(
        html, headers={"Cache-Control": "no-cache", "Vary": "Accept-Language", "Content-Language": language}
    )
