"""The limit on the size of a body, refused in the one error shape and in a way that clients get to read.

The framework's own limit answers in plain text, and closes while the client is still sending, which most clients
report as a broken connection. This one reads the rest of the body first and throws it away.
"""

from http import HTTPStatus
from typing import Final

from starlette.datastructures import Headers
from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from app.settings import variable

#: What is read and thrown away at most; a client that sends more has no claim to an answer.
MAX_DRAINED_BYTES: Final = 256 * 2**20


class BodyLimit:
    """Pure ASGI middleware: a body above `max_bytes`, declared or found to be so, is a 413."""

    def __init__(self, app: ASGIApp, max_bytes: int) -> None:
        self._app = app
        self._max_bytes = max_bytes

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        declared = Headers(scope=scope).get("content-length", "0")
        total = int(declared) if declared.isdecimal() and len(declared) < 20 else 0
        read = 0

        async def receive_within_limit() -> Message:
            nonlocal read
            message = await receive()
            read += len(message.get("body", b""))
            if max(total, read) > self._max_bytes:
                if total <= MAX_DRAINED_BYTES:  # else it is not worth waiting for
                    await self._drain(receive, message)
                raise self._refusal()
            return message

        await self._app(scope, receive_within_limit, send)

    async def _drain(self, receive: Receive, message: Message) -> None:
        drained = 0
        while message["type"] == "http.request" and message.get("more_body", False) and drained < MAX_DRAINED_BYTES:
            message = await receive()
            drained += len(message.get("body", b""))

    def _refusal(self) -> HTTPException:
        """The kind of exception that the framework lets through while it reads a body."""
        sentence = f"The body is above the limit of {self._max_bytes:,} bytes; {variable('max_body_bytes')} raises it"
        return HTTPException(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, sentence)
