"""Bodies read more strictly than Python's json reads them, so that every fault is a 422 at its place, never a 500.

Numbers that no float or int can hold become infinities, which the models refuse at the field; a key that occurs twice
in an object, text that is no UTF-8 and nesting beyond all reason are refused as such.
"""

import json
from collections.abc import Callable, Coroutine
from http import HTTPStatus
from math import inf
from typing import Any

from fastapi import HTTPException, Request, Response
from fastapi.routing import APIRoute

_MAX_DIGITS = 300  # no float has more before its point


def loads(content: bytes) -> Any:
    """Read JSON. Raises json.JSONDecodeError, never anything else."""
    try:
        return json.loads(content, parse_int=_parse_int, object_pairs_hook=_unique_keys)
    except json.JSONDecodeError:
        raise
    except (ValueError, RecursionError) as error:  # bytes that are no text; lists within lists within lists
        raise json.JSONDecodeError(type(error).__name__, "", 0) from None


def _parse_int(digits: str) -> int | float:
    if len(digits) > _MAX_DIGITS:
        return -inf if digits.startswith("-") else inf
    return int(digits)


def _unique_keys(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise json.JSONDecodeError("duplicate key", "", 0)
    return found


class _StrictRequest(Request):
    async def json(self) -> Any:
        if self.headers.get("content-encoding", "identity").lower() != "identity":
            raise HTTPException(HTTPStatus.UNSUPPORTED_MEDIA_TYPE, "The body should be sent without Content-Encoding")
        return loads(await self.body())


class StrictJSONRoute(APIRoute):
    """A route whose body is read by `loads`."""

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        handle = super().get_route_handler()

        async def handle_strictly(request: Request) -> Response:
            return await handle(_StrictRequest(request.scope, request.receive))

        return handle_strictly
