"""Everything that a client can be told went wrong, and the one shape in which it is told.

LensError                     status, and one or more Problems
|- Invalid              422   not legal: a shape, a value, a combination
|- NotFound             404   no such trace
|- TooLarge             413   legal, and over a limit
|- Left                 499   whoever asked is gone, and nobody reads this
|- TooMany              503   as many runs wait as may wait
|- Deadline             503   the run took longer than it may
|- NotReady             503   the server starts, or ends
|- WorkerDied           503   the process that computed the run is gone, and others go on
|- StoreAway            503   the store does not answer, or refuses
|- QueueAway            503   the broker does not answer, and it alone knows
`- StoreFull            507   the data folder has no room for what must be kept

Every reply is `{"detail": [{"type", "loc", "msg"}]}`: `loc` leads to the field at fault, and no value that the client
sent comes back, since it may be huge, hostile, or not even valid text.
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

from app.headers import HEADERS
from app.lstm.errors import InvalidCall, Problem

MAX_ITEMS = 20
MAX_NAME = 64

log = getLogger("lstm_lens")

#: Messages of pydantic that quote what was sent, or speak of Python, and what is said instead.
_REWORDED = {
    "union_tag_invalid": "Input should be one of the kinds that the documentation lists",
    "json_invalid": "The body should be valid JSON, no key occurring twice in an object",
    "model_attributes_type": "Input should be a JSON object, and a body be sent as application/json",
}


class LensError(Exception):
    """An answer other than success. `problems` have the path from the request's root: ("body", "config", ...)."""

    status: int = HTTPStatus.INTERNAL_SERVER_ERROR

    def __init__(self, *problems: Problem) -> None:
        self.problems = problems
        super().__init__(*(problem.message for problem in problems))

    def __reduce__(self) -> tuple[type["LensError"], tuple[Problem, ...]]:
        """How it comes from the process that it was raised in."""
        return type(self), self.problems


class Invalid(LensError):
    status = HTTPStatus.UNPROCESSABLE_ENTITY

    @classmethod
    def of(cls, error: InvalidCall, *root: str) -> "Invalid":
        """The domain's complaint, under the part of the request that it is about."""
        return cls(*(problem._replace(path=(*root, *problem.path)) for problem in error.problems))


class NotFound(LensError):
    status = HTTPStatus.NOT_FOUND


class TooLarge(LensError):
    status = HTTPStatus.REQUEST_ENTITY_TOO_LARGE


class Left(LensError):
    status = 499  # as nginx says it; HTTP has no word for it


class TooMany(LensError):
    status = HTTPStatus.SERVICE_UNAVAILABLE


class Deadline(LensError):
    status = HTTPStatus.SERVICE_UNAVAILABLE


class NotReady(LensError):
    status = HTTPStatus.SERVICE_UNAVAILABLE


class WorkerDied(LensError):
    status = HTTPStatus.SERVICE_UNAVAILABLE


class StoreAway(LensError):
    status = HTTPStatus.SERVICE_UNAVAILABLE


class QueueAway(LensError):
    status = HTTPStatus.SERVICE_UNAVAILABLE


class StoreFull(LensError):
    status = HTTPStatus.INSUFFICIENT_STORAGE


def named_error(name: str, problems: Iterable[Problem]) -> LensError:
    """The error that has been told by the name of its class."""
    kinds = {kind.__name__: kind for kind in LensError.__subclasses__()}
    return kinds.get(name, LensError)(*problems)


def render(status: int, problems: Iterable[Problem], headers: dict[str, str] | None = None) -> Response:
    """The one body shape."""
    detail: list[dict[str, Any]] = [
        {"type": _printable(p.kind), "loc": [_printable(k) for k in p.path], "msg": p.message} for p in problems
    ]
    if len(detail) > MAX_ITEMS:
        detail[MAX_ITEMS:] = [{"type": "more", "loc": [], "msg": f"and {len(detail) - MAX_ITEMS} more"}]
    body = orjson.dumps({"detail": detail})
    return Response(
        body, status, media_type="application/json", headers={"Cache-Control": "no-store", **(headers or {})}
    )


def _printable(part: str | int) -> str | int:
    """A name that a client made up, fit for any reader: short, and without control characters or lone surrogates."""
    if not isinstance(part, str):
        return part
    cut = part if len(part) <= MAX_NAME else part[:MAX_NAME] + "…"
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
        Problem(_json_path(item["loc"]), item["type"], _REWORDED.get(item["type"], item["msg"]))
        for item in error.errors()
    ]
    return render(HTTPStatus.UNPROCESSABLE_ENTITY, problems)


async def _on_lens_error(request: Request, error: Exception) -> Response:
    assert isinstance(error, LensError)
    headers = {"Retry-After": "5"} if error.status == HTTPStatus.SERVICE_UNAVAILABLE else None
    return render(error.status, error.problems, headers)


async def on_http_exception(request: Request, error: Exception) -> Response:
    """What the framework itself refuses: an unknown path, a method, a body beyond the limit."""
    assert isinstance(error, HTTPException)
    status = HTTPStatus(error.status_code)
    loc = ("body",) if status in (400, 408, 413, 415) else ("path",)
    kind = status.phrase.lower().replace(" ", "_")
    message = str(error.detail)
    return render(status, [Problem(loc, kind, message)], dict(error.headers or {}))


async def _on_any_other(request: Request, error: Exception) -> Response:
    """A fault of ours. It is told without its traceback, which goes to the log.

    This reply is made outside of all middleware, so it brings its own security headers.
    """
    log.exception("unexpected error", exc_info=error)
    sentence = "The server failed at this request; its log says why"
    headers = {**HEADERS, "X-Request-ID": correlation_id.get() or ""}
    return render(HTTPStatus.INTERNAL_SERVER_ERROR, [Problem((), "internal_error", sentence)], headers)


def install(app: FastAPI) -> None:
    """Answer every error of `app` in the one shape."""
    app.add_exception_handler(RequestValidationError, _on_validation_error)
    app.add_exception_handler(LensError, _on_lens_error)
    app.add_exception_handler(HTTPException, on_http_exception)
    app.add_exception_handler(Exception, _on_any_other)
