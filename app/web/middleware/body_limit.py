"""The limit on the size of request bodies, with an error reply in the common shape that clients can read.

The framework's own limit answers in plain text, and closes while the client is still sending, which most clients report
as a broken connection. This one reads and discards the rest of the body first.
"""

from collections.abc import Sequence
from http import HTTPStatus
from typing import Final

from starlette.datastructures import Headers
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from ...core.settings import variable
from ...lstm.errors import problem
from ..errors import BodyRefused

#: Bytes that are read and discarded at most; clients that send more may get no reply.
MAX_DRAINED_BYTES: Final = 256 * 2**20


class BodyLimit:
    """Pure ASGI middleware: 413 for a body above its limit, by its Content-Length or its actual size.

    limits: (setting, path prefix, bytes); the first one whose prefix matches applies.
    """

    def __init__(self, app: ASGIApp, limits: Sequence[tuple[str, str, int]]) -> None:
        self._app = app
        self._limits = limits

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        setting, max_bytes = self._limit_of(scope["path"])
        declared = Headers(scope=scope).get("content-length", "0")
        total = int(declared) if declared.isdecimal() and len(declared) < 20 else 0
        read = 0

        async def receive_within_limit() -> Message:
            nonlocal read
            message = await receive()
            read += len(message.get("body", b""))
            if max(total, read) > max_bytes:
                if total <= MAX_DRAINED_BYTES:  # else close at once
                    await self._drain(receive, message)
                raise _refusal(setting, max_bytes)
            return message

        await self._app(scope, receive_within_limit, send)

    async def _drain(self, receive: Receive, message: Message) -> None:
        drained = 0
        while message["type"] == "http.request" and message.get("more_body", False) and drained < MAX_DRAINED_BYTES:
            message = await receive()
            drained += len(message.get("body", b""))

    def _limit_of(self, path: str) -> tuple[str, int]:
        return next((setting, limit) for setting, start, limit in self._limits if path.startswith(start))


def _refusal(setting: str, max_bytes: int) -> BodyRefused:
    template = "The body is above the limit of {limit:,} bytes; {setting} raises it"
    values: dict[str, str | int] = {"limit": max_bytes, "setting": variable(setting)}
    return BodyRefused(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, problem(("body",), "body_above_limit", template, **values))
