"""Clients that open a connection and then dawdle."""

import selectors
import socket
import time
from collections.abc import Iterator
from contextlib import contextmanager

from tests.deploy.proxy import Proxy

#: A header that never ends, and a body of which the rest never comes.
HALF_A_HEADER = b"GET / HTTP/1.1\r\nHost: 127.0.0.1\r\nX-Slow: "
HALF_A_BODY = (
    b"POST /api/traces HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\nContent-Length: 1000\r\n\r\n{"
)
#: Addresses that they come from; those of the ordinary clients are below.
_FIRST, _ADDRESSES = 100, 10


@contextmanager
def slow_clients(proxy: Proxy, headers: int, bodies: int) -> Iterator[list[socket.socket]]:
    """So many of each, all open."""
    starts = [HALF_A_HEADER] * headers + [HALF_A_BODY] * bodies
    wires: list[socket.socket] = []
    try:
        for k, start in enumerate(starts):
            wires.append(proxy.connect(_FIRST + k % _ADDRESSES))
            wires[-1].sendall(start)
        yield wires
    finally:
        for wire in wires:
            wire.close()


def still_open(wires: list[socket.socket], patience: float) -> int:
    """How many of them nobody has closed once all are, or so many seconds have passed."""
    with selectors.DefaultSelector() as selector:
        for wire in wires:
            selector.register(wire, selectors.EVENT_READ)
        deadline = time.monotonic() + patience
        while selector.get_map() and (left := deadline - time.monotonic()) > 0:
            for key, _ in selector.select(left):
                if _has_ended(key.fileobj):
                    selector.unregister(key.fileobj)
        return len(selector.get_map())


def _has_ended(wire: "socket.socket | int | object") -> bool:
    assert isinstance(wire, socket.socket)
    try:
        return not wire.recv(65536)
    except ConnectionError:
        return True
