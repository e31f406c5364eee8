"""What the routes of the API share: where they find the server's parts, and how they describe errors."""

from http import HTTPStatus
from typing import Annotated, Any

from fastapi import Depends, Path, Request

from ...runs.library import Library
from ...runs.long import Runs
from ...schemas import ErrorResponse
from ..reply_cache import ReplyCache
from .examples import known_id

#: Traces never change under their id.
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


#: What any request may be answered: it asked for another host, or without the secret of a private server.
_ANY = (400, 401)
#: What one may be answered that changes something: another site's page sent it, or its body did not come in time.
_CHANGING = (403, 408)


def errors(*statuses: int, changing: bool = False) -> dict[int | str, dict[str, Any]]:
    """The errors of an operation, described; besides its own those of any, and those of any that changes something."""
    everything = sorted({*statuses, *_ANY, *(_CHANGING if changing else ())})
    return {status: {"model": ErrorResponse, "description": HTTPStatus(status).phrase} for status in everything}
