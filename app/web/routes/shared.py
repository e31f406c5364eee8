"""Shared by the API's routes: dependencies, the check of queries, and the documented errors."""

from collections import Counter
from http import HTTPStatus
from typing import Annotated, Any, get_origin

from fastapi import Depends, Path, Request
from fastapi.routing import APIRoute
from pydantic import BaseModel

from ...core.errors import Invalid
from ...lstm import problem
from ...runs.library import Library
from ...runs.long import Runs
from ...schemas import ErrorResponse
from ..reply_cache import ReplyCache
from .examples import known_id

#: Cache headers: a trace never changes under its id.
IMMUTABLE = {"Cache-Control": "public, max-age=31536000, immutable"}


async def _library(request: Request) -> Library:
    found = request.app.state.library
    assert isinstance(found, Library)
    return found


async def _runs(request: Request) -> Runs:
    found: Runs = request.app.state.runs
    return found


async def _replies(request: Request) -> ReplyCache:
    found = request.app.state.replies
    assert isinstance(found, ReplyCache)
    return found


TheLibrary = Annotated[Library, Depends(_library)]
TheRuns = Annotated[Runs, Depends(_runs)]
TheReplyCache = Annotated[ReplyCache, Depends(_replies)]
TraceId = Annotated[str, Path(description="The id of a trace.", examples=[known_id()])]


ENCODED = problem(("header", "content-encoding"), "encoded", "Send the file as it is, not compressed")


async def given_once(request: Request) -> None:
    """Raise Invalid for a query that repeats a parameter with a single value."""
    counts = Counter(name for name, _ in request.query_params.multi_items())
    problems = [
        problem(("query", name), "repeated", "This parameter should be given once")
        for name in _single_valued(request.scope["route"])
        if counts[name] > 1
    ]
    if problems:
        raise Invalid(*problems)


def _single_valued(route: APIRoute) -> list[str]:
    """The query parameters of an operation that are not lists; those of a model are its fields."""
    kinds: dict[str, Any] = {}
    for parameter in route.dependant.query_params:
        kind = parameter.field_info.annotation
        if isinstance(kind, type) and issubclass(kind, BaseModel):
            kinds |= {name: field.annotation for name, field in kind.model_fields.items()}
        else:
            kinds[parameter.alias] = kind
    return [name for name, kind in kinds.items() if get_origin(kind) is not list]


#: Errors of any operation: a wrong Host, or no token on a private server.
_ANY = (400, 401)
#: Errors of operations that change something: a cross-site request, or a body that arrives too slowly.
_CHANGING = (403, 408)


def error_responses(*statuses: int, changing: bool = False) -> dict[int | str, dict[str, Any]]:
    """The documented errors of an operation: its own, those of all operations, and if it is `changing`
    those of such."""
    everything = sorted({*statuses, *_ANY, *(_CHANGING if changing else ())})
    return {status: {"model": ErrorResponse, "description": HTTPStatus(status).phrase} for status in everything}
