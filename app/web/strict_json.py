"""JSON bodies parsed more strictly than by Python's json, so that every fault is a 422 at its path, never a 500.

Numbers too large for a float or int become infinities, which the models refuse at their field; duplicate keys, invalid
UTF-8 and excessive nesting are refused here.
"""

import json
from collections.abc import Callable, Coroutine
from http import HTTPStatus
from math import inf
from typing import Any

from fastapi import Request, Response
from fastapi.routing import APIRoute

from ..lstm.errors import problem
from .errors import BodyRefused

_MAX_DIGITS = 300  # no float has more digits before its decimal point
_ENCODED = problem(("body",), "unsupported_media_type", "The body should be sent without Content-Encoding")


def loads(content: bytes) -> Any:
    """Parse JSON. Raises json.JSONDecodeError, and nothing else."""
    try:
        return json.loads(content, parse_int=_parse_int, object_pairs_hook=_unique_keys)
    except json.JSONDecodeError:
        raise
    except (ValueError, RecursionError) as error:  # invalid UTF-8; lists nested too deeply
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
            raise BodyRefused(HTTPStatus.UNSUPPORTED_MEDIA_TYPE, _ENCODED)
        return loads(await self.body())


class StrictJSONRoute(APIRoute):
    """A route whose body is parsed by `loads`."""

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        handle = super().get_route_handler()

        async def handle_strictly(request: Request) -> Response:
            return await handle(_StrictRequest(request.scope, request.receive))

        return handle_strictly
