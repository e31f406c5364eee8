"""A timeout for request bodies: a slow client must not hold resources that others could use."""

import asyncio
from http import HTTPStatus

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from ...lstm.errors import problem
from ..errors import BodyRefused


class BodyDeadline:
    """Pure ASGI middleware: 408 for a body that takes longer than `seconds`, plus one for each `rate`
    bytes received."""

    def __init__(self, app: ASGIApp, seconds: float, rate: int) -> None:
        self._app = app
        self._seconds = seconds
        self._rate = rate

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        clock = asyncio.get_running_loop().time
        began, read, more = clock(), 0, True

        async def receive_in_time() -> Message:
            nonlocal read, more
            if not more:  # no deadline after the body
                return await receive()
            try:
                async with asyncio.timeout_at(began + self._seconds + read / self._rate):
                    message = await receive()
            except TimeoutError:
                late = problem(("body",), "request_timeout", "The request took too long to arrive")
                raise BodyRefused(HTTPStatus.REQUEST_TIMEOUT, late, {"Connection": "close"}) from None
            read += len(message.get("body", b""))
            more = bool(message.get("more_body", False))
            return message

        await self._app(scope, receive_in_time, send)
