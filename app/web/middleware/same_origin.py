"""Protection against cross-site request forgery (CSRF): pages of other sites cannot change anything.

A local server has no login, and any page open in the same browser can post to it. Browsers state where a request comes
from, and a page cannot forge that: https://www.w3.org/TR/fetch-metadata/. Clients other than browsers send no such
header, and pass.
"""

from http import HTTPStatus
from urllib.parse import urlsplit

from starlette.datastructures import Headers
from starlette.types import ASGIApp, Receive, Scope, Send

from ...lstm.errors import problem
from ..errors import error_reply

#: Methods that only read; browsers do not let other sites see the replies.
SAFE = frozenset({"GET", "HEAD", "OPTIONS"})


class SameOrigin:
    """Pure ASGI middleware: 403 for other methods in requests from another site's page."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http" and scope["method"] not in SAFE:
            name = _cross_site_header(Headers(scope=scope))
            if name:
                template = "A page of another site sent this, and may change nothing here"
                reply = error_reply(HTTPStatus.FORBIDDEN, [problem(("header", name), "cross_site", template)])
                await reply(scope, receive, send)
                return
        await self._app(scope, receive, send)


def _cross_site_header(headers: Headers) -> str | None:
    """The header that shows that a request comes from another site, or None."""
    site = headers.get("sec-fetch-site")
    if site is not None:  # "none": an address that the user typed
        return None if site in ("same-origin", "none") else "sec-fetch-site"
    origin = headers.get("origin")
    if origin is not None:  # an older browser; "null" is an opaque origin
        return None if _authority(origin) == headers.get("host", "").lower() else "origin"
    return None


def _authority(origin: str) -> str | None:
    """Host and port as a browser writes them in Host, or None for an invalid origin."""
    try:
        parts = urlsplit(origin)
    except ValueError:
        return None
    return parts.netloc.lower() if parts.scheme in ("http", "https") and parts.netloc else None
