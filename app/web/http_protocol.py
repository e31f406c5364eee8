"""Headers of a request: how long they may take to arrive, which uvicorn leaves open, and what is said of bad ones."""

import asyncio
from http import HTTPStatus

import h11
from uvicorn.protocols.http.h11_impl import H11Protocol, RequestResponseCycle

from ..lstm.errors import Problem
from .errors import error_reply
from .security_headers import HEADERS


def with_header_timeout(seconds: float) -> type[H11Protocol]:
    """uvicorn's protocol, which closes a connection on which a request is not there `seconds` after its first byte.

    Also one on which no byte came at all. Between two requests uvicorn's own, shorter, patience holds.
    """

    class HeaderTimeoutProtocol(H11Protocol):
        _deadline: asyncio.TimerHandle | None = None

        def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
            super().connection_made(transport)
            self._wait()

        def data_received(self, data: bytes) -> None:
            super().data_received(data)
            cycle: RequestResponseCycle | None = self.cycle
            if cycle is None or cycle.response_complete:
                self._wait()
            else:
                self._wait_no_more()

        def send_400_response(self, msg: str) -> None:
            """Answer what is no HTTP, or too much of it."""
            self.transport.write(_refusal(self.conn))
            self.transport.close()

        def connection_lost(self, exc: Exception | None) -> None:
            self._wait_no_more()
            super().connection_lost(exc)

        def _wait(self) -> None:
            if self._deadline is None:  # each further byte wins no time
                self._deadline = self.loop.call_later(seconds, self.transport.close)

        def _wait_no_more(self) -> None:
            if self._deadline is not None:
                self._deadline.cancel()
                self._deadline = None

    return HeaderTimeoutProtocol


def _refusal(connection: h11.Connection) -> bytes:
    """A reply in the one shape, made outside of all middleware."""
    sentence = "This is no HTTP request, or its address and headers are too long"
    problem = Problem(("header",), "bad_request", sentence)
    reply = error_reply(HTTPStatus.BAD_REQUEST, [problem], {**HEADERS, "Connection": "close"})
    start = h11.Response(status_code=reply.status_code, headers=reply.raw_headers, reason=b"Bad Request")
    events: list[h11.Event] = [start, h11.Data(data=bytes(reply.body)), h11.EndOfMessage()]
    return b"".join(connection.send(event) or b"" for event in events)
