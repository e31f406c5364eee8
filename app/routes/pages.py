"""The pages: the app itself, and the API's documentation."""

from pathlib import Path
from typing import Annotated, Any

import orjson
from fastapi import APIRouter, Query, Request, Response
from fastapi.responses import HTMLResponse
from jinja2 import Environment, FileSystemLoader
from markupsafe import Markup

from app import __version__
from app.i18n import Language, catalog, choose
from app.lstm.stages import STAGES, STAGES_WITH_PROJECTION

TEMPLATES = Path(__file__).parent.parent.parent / "templates"

router = APIRouter(include_in_schema=False)
environment = Environment(loader=FileSystemLoader(TEMPLATES), autoescape=True, trim_blocks=True, lstrip_blocks=True)


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
    messages = catalog(language)
    html = environment.get_template(template).render(
        t=lambda key: messages[key],
        lang=language,
        static=lambda path: f"/static/{version}/{path}",
        page_data=_page_data(language),
        version=__version__,
        modules=request.app.state.modules,
    )
    return HTMLResponse(
        html, headers={"Cache-Control": "no-cache", "Vary": "Accept-Language", "Content-Language": language}
    )


def _page_data(language: Language) -> Markup:
    """JSON that is safe inside a script element, whatever the texts hold."""
    data = {
        "lang": language,
        "messages": catalog(language),
        "stages": _stages(),
        "version": __version__,
    }
    return Markup(orjson.dumps(data).decode().replace("<", "\\u003c"))  # noqa: S704 (escaped on the spot)


def _stages() -> list[dict[str, Any]]:
    """Every stage that some cell has, in order; `projection` says for which cells: None for all."""
    rows: list[dict[str, Any]] = []
    for stage in dict.fromkeys((*STAGES, *STAGES_WITH_PROJECTION)):
        everywhere = stage in STAGES and stage in STAGES_WITH_PROJECTION
        rows.append(
            {
                "name": stage.name,
                "formula": stage.formula,
                "reads": stage.reads,
                "writes": stage.writes,
                "with_projection": None if everywhere else stage in STAGES_WITH_PROJECTION,
            }
        )
    return rows
