"""Pages of other sites change nothing: what their readers' browsers would send on their behalf is refused.

A server on one's own machine has no login, and any page that is open in the same browser can post to it. Browsers say
from where a request comes, and a page cannot make them say otherwise: https://www.w3.org/TR/fetch-metadata/. What comes
from no browser says nothing, and passes.
"""

from http import HTTPStatus
from urllib.parse import urlsplit

from starlette.datastructures import Headers
from starlette.types import ASGIApp, Receive, Scope, Send

from ...lstm.errors import Problem
from ..errors import error_reply

#: Methods that read; a browser lets no other site see what they answer.
SAFE = frozenset({"GET", "HEAD", "OPTIONS"})


class SameOrigin:
    """Pure ASGI middleware: 403 for what another site's page sent with any other method."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http" and scope["method"] not in SAFE:
            name = _foreign(Headers(scope=scope))
            if name:
                sentence = "A page of another site sent this, and may change nothing here"
                reply = error_reply(HTTPStatus.FORBIDDEN, [Problem(("header", name), "cross_site", sentence)])
                await reply(scope, receive, send)
                return
        await self._app(scope, receive, send)


def _foreign(headers: Headers) -> str | None:
    """The header by which a request is known to come from another site."""
    site = headers.get("sec-fetch-site")
    if site is not None:  # none: an address that the reader typed
        return None if site in ("same-origin", "none") else "sec-fetch-site"
    origin = headers.get("origin")
    if origin is not None:  # an older browser; null is the origin of what has none
        return None if _authority(origin) == headers.get("host", "").lower() else "origin"
    return None


def _authority(origin: str) -> str | None:
    """Host and port as a browser writes them in Host, or None for what is no origin."""
    try:
        parts = urlsplit(origin)
    except ValueError:
        return None
    return parts.netloc.lower() if parts.scheme in ("http", "https") and parts.netloc else None
