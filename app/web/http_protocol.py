"""A timeout for request headers, which uvicorn lacks, and the reply to a malformed request."""

import asyncio
from http import HTTPStatus

import h11
from uvicorn.protocols.http.h11_impl import H11Protocol, RequestResponseCycle

from ..lstm.errors import problem
from .errors import error_reply
from .security_headers import HEADERS


def with_header_timeout(seconds: float) -> type[H11Protocol]:
    """uvicorn's protocol, with a header timeout: closes a connection if a request is not complete after `seconds`.

    The time starts with the connection, or with the first byte of a request. Between two requests uvicorn's own,
    shorter, keep-alive timeout applies.
    """

    class HeaderTimeoutProtocol(H11Protocol):
        _deadline: asyncio.TimerHandle | None = None

        def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
            super().connection_made(transport)
            self._start_deadline()

        def data_received(self, data: bytes) -> None:
            super().data_received(data)
            cycle: RequestResponseCycle | None = self.cycle
            if cycle is None or cycle.response_complete:
                self._start_deadline()
            else:
                self._cancel_deadline()

        def send_400_response(self, msg: str) -> None:
            """Answer a malformed or oversized request."""
            self.transport.write(_refusal(self.conn))
            self.transport.close()

        def connection_lost(self, exc: Exception | None) -> None:
            self._cancel_deadline()
            super().connection_lost(exc)

        def _start_deadline(self) -> None:
            if self._deadline is None:  # further bytes do not extend the deadline
                self._deadline = self.loop.call_later(seconds, self.transport.close)

        def _cancel_deadline(self) -> None:
            if self._deadline is not None:
                self._deadline.cancel()
                self._deadline = None

    return HeaderTimeoutProtocol


def _refusal(connection: h11.Connection) -> bytes:
    """An error reply in the common shape, made outside of all middleware."""
    template = "This is no HTTP request, or its address and headers are too long"
    refusal = problem(("header",), "bad_request", template)
    reply = error_reply(HTTPStatus.BAD_REQUEST, [refusal], {**HEADERS, "Connection": "close"})
    start = h11.Response(status_code=reply.status_code, headers=reply.raw_headers, reason=b"Bad Request")
    events: list[h11.Event] = [start, h11.Data(data=bytes(reply.body)), h11.EndOfMessage()]
    return b"".join(connection.send(event) or b"" for event in events)
