"""A server that answers only those who know its secret: programs by a header, people by a page that asks once."""

import hashlib
import hmac
from http import HTTPStatus
from urllib.parse import parse_qs

from starlette.datastructures import Headers, MutableHeaders
from starlette.requests import Request, cookie_parser
from starlette.responses import RedirectResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from ...lstm.errors import Problem
from ..errors import error_reply

#: Where the secret is typed.
LOGIN_PATH = "/login"
COOKIE = "lstm_lens_access"
#: Seconds for which a browser keeps the proof that it knew the secret.
_REMEMBERED = 30 * 24 * 3600
#: What is answered to all: whether the server is there, and what the login page is made of.
_OPEN_PATHS = frozenset({"/api/health", "/api/ready", "/favicon.ico", LOGIN_PATH})
_OPEN_FOLDER = "/static/"


class Access:
    """Pure ASGI middleware: 401 for a request without the secret, or the login page for one of a person."""

    def __init__(self, app: ASGIApp, token: str) -> None:
        self._app = app
        self._secret = token.encode()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or not self._secret or self._is_open(scope["path"]):
            await self._app(scope, receive, send)
        elif self._knows(scope):
            await self._app(scope, receive, _for_one_reader(send))
        else:
            await _refusal(scope)(scope, receive, send)

    def _is_open(self, path: str) -> bool:
        return path in _OPEN_PATHS or path.startswith(_OPEN_FOLDER)

    def _knows(self, scope: Scope) -> bool:
        headers = Headers(scope=scope)
        scheme, _, given = headers.get("authorization", "").partition(" ")
        if scheme.lower() == "bearer" and _same(given.strip().encode("utf-8", "surrogateescape"), self._secret):
            return True
        cookie = cookie_parser(headers.get("cookie", "")).get(COOKIE, "")
        return _same(cookie.encode("utf-8", "surrogateescape"), _proof(self._secret))


async def log_in(request: Request, token: str) -> Response | None:
    """What the form of the login page is answered: on to the page that was asked for, or None for a wrong secret."""
    fields = parse_qs((await request.body()).decode("utf-8", "replace"), max_num_fields=4)
    given = fields.get("token", [""])[0].strip()
    if not _same(given.encode("utf-8", "surrogateescape"), token.encode()):
        return None
    reply = RedirectResponse("/", HTTPStatus.SEE_OTHER, {"Cache-Control": "no-store"})
    reply.set_cookie(
        COOKIE,
        _proof(token.encode()).decode(),
        max_age=_REMEMBERED,
        httponly=True,
        samesite="strict",
        secure=request.url.scheme == "https",
    )
    return reply


def _same(given: bytes, secret: bytes) -> bool:
    """In a time that does not depend on how much of them is the same; digests, so that lengths do not show either."""
    return hmac.compare_digest(hashlib.sha256(given).digest(), hashlib.sha256(secret).digest())


def _proof(secret: bytes) -> bytes:
    """What a browser keeps: it proves that the secret was known, and does not tell it. A new secret makes it void."""
    return hmac.new(secret, b"lstm-lens access", hashlib.sha256).hexdigest().encode()


def _for_one_reader(send: Send) -> Send:
    """What is kept for good is kept by the reader's own browser, and by no cache that others share."""

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
    problem = Problem(("header", "authorization"), "unauthorized", "This server wants its access token")
    return error_reply(HTTPStatus.UNAUTHORIZED, [problem], {"WWW-Authenticate": 'Bearer realm="LSTM Lens"'})
