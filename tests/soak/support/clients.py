"""Many clients at once in one thread, each with a connection that it keeps; what they cost is measured with them."""

import json
import selectors
import socket
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, NamedTuple

PIECE = 2**18
#: In place of the size of a reply that comes in chunks. Its body is handed on as it came.
CHUNKED = 1


class Reply(NamedTuple):
    """What came for a request. status: 0 where the connection ended before the whole reply was there."""

    status: int
    head: bytes
    body: bytes
    seconds: float


def request_bytes(method: str, path: str, body: Any = None, **headers: str) -> bytes:
    """A request as it goes over the wire. Headers are named with _ for -."""
    content = b"" if body is None else body if isinstance(body, bytes) else json.dumps(body).encode()
    lines = [f"{method} {path} HTTP/1.1", "Host: 127.0.0.1", f"Content-Length: {len(content)}"]
    if body is not None and "Content_Type" not in headers:
        lines.append("Content-Type: application/json")
    lines += [f"{name.replace('_', '-')}: {value}" for name, value in headers.items()]
    return "\r\n".join([*lines, "", ""]).encode() + content


@dataclass
class _Client:
    number: int
    wire: socket.socket | None = None
    outgoing: memoryview = field(default_factory=lambda: memoryview(b""))
    incoming: bytearray = field(default_factory=bytearray)
    size: int = 0
    began: float = 0.0


#: From the number of a client, what it sends next; None when it has nothing more to say.
Next = Callable[[int], bytes | None]
Take = Callable[[int, Reply], None]


class Clients:
    """`count` clients that ask without pause. seconds: of processor time that they themselves took."""

    def __init__(self, port: int, count: int) -> None:
        self._address = ("127.0.0.1", port)
        self._count = count
        self._selector = selectors.DefaultSelector()
        self.seconds = 0.0

    def run(self, following: Next, take: Take, patience: float = 60) -> None:
        """Ask until nobody has anything more to say. Raises AssertionError when nothing comes for too long."""
        began = time.process_time()
        busy = sum(self._send(_Client(number), following) for number in range(self._count))
        while busy:
            ready = self._selector.select(patience)
            assert ready, f"nothing has come for {patience} s"
            for key, events in ready:
                client: _Client = key.data
                if events & selectors.EVENT_WRITE:
                    self._write(client)
                elif (reply := self._read(client)) is not None:
                    take(client.number, reply)
                    if not self._send(client, following):
                        busy -= 1
        self.seconds += time.process_time() - began

    def _send(self, client: _Client, following: Next) -> bool:
        request = following(client.number)
        if request is None:
            self._close(client)
            return False
        client.outgoing, client.size, client.began = memoryview(request), 0, time.perf_counter()
        client.incoming.clear()
        if client.wire is None:
            client.wire = socket.create_connection(self._address, timeout=30)
            client.wire.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            client.wire.setblocking(False)
            self._selector.register(client.wire, selectors.EVENT_WRITE, client)
        self._write(client)
        return True

    def _write(self, client: _Client) -> None:
        assert client.wire is not None
        try:
            client.outgoing = client.outgoing[client.wire.send(client.outgoing) :]
        except BlockingIOError:
            pass
        except OSError:
            client.outgoing = memoryview(b"")  # what became of it is read
        wanted = selectors.EVENT_WRITE if client.outgoing else selectors.EVENT_READ
        self._selector.modify(client.wire, wanted, client)

    def _read(self, client: _Client) -> Reply | None:
        assert client.wire is not None
        try:
            piece = client.wire.recv(PIECE)
        except BlockingIOError:
            return None
        except OSError:
            piece = b""
        client.incoming += piece
        if not piece:
            self._close(client)
            return Reply(0, b"", bytes(client.incoming), time.perf_counter() - client.began)
        if not client.size:
            client.size = _whole_size(client.incoming)
        if not client.size or len(client.incoming) < client.size:
            return None
        if client.size == CHUNKED and not client.incoming.endswith(b"\r\n0\r\n\r\n"):
            return None
        head, _, body = bytes(client.incoming).partition(b"\r\n\r\n")
        if b"connection: close" in head.lower():
            self._close(client)
        return Reply(int(head[9:12]), head, body, time.perf_counter() - client.began)

    def _close(self, client: _Client) -> None:
        if client.wire is not None:
            self._selector.unregister(client.wire)
            client.wire.close()
            client.wire = None


def _whole_size(incoming: bytearray) -> int:
    """Bytes of the reply that begins so, 0 as long as its head is not there; CHUNKED where only its end tells."""
    end = incoming.find(b"\r\n\r\n")
    if end < 0:
        return 0
    for line in bytes(incoming[:end]).lower().split(b"\r\n"):
        if line.startswith(b"content-length:"):
            return end + 4 + int(line[15:])
        if line == b"transfer-encoding: chunked":
            return CHUNKED
    return end + 4
