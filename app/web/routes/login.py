"""The login page of a private server."""

from http import HTTPStatus
from typing import Annotated

from fastapi import APIRouter, Query, Request, Response
from fastapi.responses import RedirectResponse

from ...page.i18n import choose
from ..middleware.access import LOGIN_PATH, log_in
from .pages import html_page
from .shared import TheLibrary

router = APIRouter(include_in_schema=False)

Lang = Annotated[str | None, Query()]


@router.get(LOGIN_PATH)
async def ask(request: Request, library: TheLibrary, lang: Lang = None) -> Response:
    """The login page, or a redirect to the page if the server has no token."""
    if not library.settings.access_token.get_secret_value():
        return RedirectResponse("/", HTTPStatus.SEE_OTHER)
    return _page(request, lang, HTTPStatus.OK)


@router.post(LOGIN_PATH)
async def answer(request: Request, library: TheLibrary, lang: Lang = None) -> Response:
    """Check the token: redirect to the page if it is right, or return the login page again."""
    reply = await log_in(request, library.settings.access_token.get_secret_value())
    return reply or _page(request, lang, HTTPStatus.UNAUTHORIZED)


def _page(request: Request, lang: str | None, status: HTTPStatus) -> Response:
    language = choose(lang, request.headers.get("accept-language"))
    page = html_page("login.html", request, language, wrong=status == HTTPStatus.UNAUTHORIZED)
    page.status_code = status
    page.headers["Cache-Control"] = "no-store"
    # else browsers send Origin: null with the form
    page.headers["Referrer-Policy"] = "same-origin"
    return page
