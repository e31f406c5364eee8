"""Errors as HTTP replies: one body shape, whatever raised them.

Every reply is `{"detail": [{"type", "loc", "msg", "ctx"}]}`: `loc` leads to the field at fault, `ctx` has the values in
`msg` where there are any, and no value that the client sent comes back, since it may be huge, hostile, or not even
valid text.
"""

from collections.abc import Iterable, Sequence
from http import HTTPStatus
from logging import getLogger
from typing import Any

import orjson
from asgi_correlation_id.context import correlation_id
from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.responses import Response

from ..core.errors import LensError
from ..lstm.errors import Problem, Value, problem
from .security_headers import HEADERS

_MAX_ITEMS = 20
_MAX_NAME = 64

log = getLogger("lstm_lens")

#: Messages of pydantic that quote what was sent, or speak of Python, and what is said instead.
_REWORDED = {
    "union_tag_invalid": "Input should be one of the kinds that the documentation lists",
    "json_invalid": "The body should be valid JSON, no key occurring twice in an object",
    "model_attributes_type": "Input should be a JSON object, and a body be sent as application/json",
}


class BodyRefused(HTTPException):
    """The error of a body that is not read further: an HTTPException, which FastAPI passes through while reading."""

    def __init__(self, status: int, refusal: Problem, headers: dict[str, str] | None = None) -> None:
        super().__init__(status, refusal.message, headers)
        self.problem = refusal


def error_reply(status: int, problems: Iterable[Problem], headers: dict[str, str] | None = None) -> Response:
    """The one body shape."""
    found = [one._replace(path=tuple(map(_printable, one.path))) for one in problems]
    if len(found) > _MAX_ITEMS:
        found[_MAX_ITEMS:] = [problem((), "more", "and {count} more", count=len(found) - _MAX_ITEMS)]
    detail = [one.as_json() for one in found]
    body = orjson.dumps({"detail": detail})
    return Response(
        body, status, media_type="application/json", headers={"Cache-Control": "no-store", **(headers or {})}
    )


def _printable(part: str | int) -> str | int:
    """A name that a client made up, fit for any reader: short, and without control characters or lone surrogates."""
    if not isinstance(part, str):
        return part
    cut = part if len(part) <= _MAX_NAME else part[:_MAX_NAME] + "…"
    return "".join(letter if letter.isprintable() else "\N{REPLACEMENT CHARACTER}" for letter in cut)


def _json_path(loc: Sequence[Any]) -> tuple[str | int, ...]:
    """Where pydantic found a fault, as a path of the JSON: without the kind that it inserts below a choice of kinds."""
    root = 3 if tuple(loc[:2]) == ("body", "requests") else 1  # of a request, in a corpus or by itself
    if len(loc) > root + 1 and loc[0] == "body" and loc[root] in ("weights", "input"):
        return (*loc[: root + 1], *loc[root + 2 :])
    if len(loc) == 2 and loc[0] == "body" and isinstance(loc[1], int):  # a position in text that is no JSON
        return ("body",)
    return tuple(loc)


async def _on_validation_error(request: Request, error: Exception) -> Response:
    assert isinstance(error, RequestValidationError)
    problems = [
        Problem(_json_path(item["loc"]), item["type"], _REWORDED.get(item["type"], item["msg"]), _context(item))
        for item in error.errors()
    ]
    return error_reply(HTTPStatus.UNPROCESSABLE_ENTITY, problems)


def _context(item: dict[str, Any]) -> dict[str, Value]:
    """The values in a message of pydantic, but not of reworded ones, which could contain client input."""
    if item["type"] in _REWORDED:
        return {}
    values = {name: value for name, value in item.get("ctx", {}).items() if isinstance(value, Value)}
    if isinstance(choices := values.get("expected"), str):
        values["expected"] = choices.replace(" or ", ", ")
    return values


async def _on_lens_error(request: Request, error: Exception) -> Response:
    assert isinstance(error, LensError)
    headers = {"Retry-After": "5"} if error.status == HTTPStatus.SERVICE_UNAVAILABLE else None
    return error_reply(error.status, error.problems, headers)


async def on_http_exception(request: Request, error: Exception) -> Response:
    """What the framework itself refuses: an unknown path, a method, a body beyond the limit."""
    assert isinstance(error, HTTPException)
    status = HTTPStatus(error.status_code)
    loc = ("body",) if status in (400, 408, 413, 415) else ("path",)
    kind = "unreadable_body" if status == HTTPStatus.BAD_REQUEST else status.phrase.lower().replace(" ", "_")
    found = error.problem if isinstance(error, BodyRefused) else Problem(loc, kind, str(error.detail))
    return error_reply(status, [found], dict(error.headers or {}))


async def _on_any_other(request: Request, error: Exception) -> Response:
    """Any other exception: an internal error. Its traceback goes to the log alone.

    This reply is made outside of all middleware, so it brings its own security headers.
    """
    log.exception("unexpected error", exc_info=error)
    failed = problem((), "internal_error", "The server failed at this request; its log says why")
    headers = {**HEADERS, "X-Request-ID": correlation_id.get() or ""}
    return error_reply(HTTPStatus.INTERNAL_SERVER_ERROR, [failed], headers)


def install_error_handlers(app: FastAPI) -> None:
    """Answer every error of `app` in the one shape."""
    app.add_exception_handler(RequestValidationError, _on_validation_error)
    app.add_exception_handler(LensError, _on_lens_error)
    app.add_exception_handler(HTTPException, on_http_exception)
    app.add_exception_handler(Exception, _on_any_other)
