"""Access control by a secret token: programs send it in a header, people enter it once on a login page."""

import hashlib
import hmac
from http import HTTPStatus
from urllib.parse import parse_qs

from starlette.datastructures import Headers, MutableHeaders
from starlette.requests import Request, cookie_parser
from starlette.responses import RedirectResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from ...lstm.errors import problem
from ..errors import error_reply

#: The path of the login page.
LOGIN_PATH = "/login"
COOKIE = "lstm_lens_access"
#: Seconds for which a browser keeps the login cookie.
_COOKIE_SECONDS = 30 * 24 * 3600
#: Paths that need no token: health checks, and the files of the login page.
_OPEN_PATHS = frozenset({"/api/health", "/api/ready", "/favicon.ico", LOGIN_PATH})
_OPEN_FOLDER = "/static/"


class Access:
    """Pure ASGI middleware: 401 for a request without the token, or a redirect of a browser to the login page."""

    def __init__(self, app: ASGIApp, token: str) -> None:
        self._app = app
        self._secret = token.encode()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or not self._secret or self._is_open(scope["path"]):
            await self._app(scope, receive, send)
        elif self._is_authorized(scope):
            await self._app(scope, receive, _private(send))
        else:
            await _refusal(scope)(scope, receive, send)

    def _is_open(self, path: str) -> bool:
        return path in _OPEN_PATHS or path.startswith(_OPEN_FOLDER)

    def _is_authorized(self, scope: Scope) -> bool:
        headers = Headers(scope=scope)
        scheme, _, given = headers.get("authorization", "").partition(" ")
        if scheme.lower() == "bearer" and _equal(given.strip().encode("utf-8", "surrogateescape"), self._secret):
            return True
        cookie = cookie_parser(headers.get("cookie", "")).get(COOKIE, "")
        return _equal(cookie.encode("utf-8", "surrogateescape"), _cookie_value(self._secret))


async def log_in(request: Request, token: str) -> Response | None:
    """Check the token of a submitted login form; returns a redirect to the page with the cookie, or None if it is
    wrong."""
    fields = parse_qs((await request.body()).decode("utf-8", "replace"), max_num_fields=4)
    given = fields.get("token", [""])[0].strip()
    if not _equal(given.encode("utf-8", "surrogateescape"), token.encode()):
        return None
    reply = RedirectResponse("/", HTTPStatus.SEE_OTHER, {"Cache-Control": "no-store"})
    reply.set_cookie(
        COOKIE,
        _cookie_value(token.encode()).decode(),
        max_age=_COOKIE_SECONDS,
        httponly=True,
        samesite="strict",
        secure=request.url.scheme == "https",
    )
    return reply


def _equal(given: bytes, secret: bytes) -> bool:
    """Compare in constant time; digests hide the lengths too."""
    return hmac.compare_digest(hashlib.sha256(given).digest(), hashlib.sha256(secret).digest())


def _cookie_value(secret: bytes) -> bytes:
    """The value of the login cookie: proves knowledge of the token without containing it. A new token
    invalidates it."""
    return hmac.new(secret, b"lstm-lens access", hashlib.sha256).hexdigest().encode()


def _private(send: Send) -> Send:
    """Mark replies as private, so that only the user's own browser caches them, and no shared cache."""

    async def send_private(message: Message) -> None:
        if message["type"] == "http.response.start":
            headers = MutableHeaders(scope=message)
            if "cache-control" in headers:
                headers["Cache-Control"] = headers["Cache-Control"].replace("public", "private")
        await send(message)

    return send_private


def _refusal(scope: Scope) -> Response:
    headers = Headers(scope=scope)
    if scope["method"] == "GET" and "text/html" in headers.get("accept", "") and not scope["path"].startswith("/api/"):
        return RedirectResponse(LOGIN_PATH, HTTPStatus.SEE_OTHER, {"Cache-Control": "no-store"})
    refusal = problem(("header", "authorization"), "unauthorized", "This server wants its access token")
    return error_reply(HTTPStatus.UNAUTHORIZED, [refusal], {"WWW-Authenticate": 'Bearer realm="LSTM Lens"'})
