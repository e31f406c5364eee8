"""Clients that are slow on purpose: what they hold is taken from them, and nobody else waits."""

import json
import socket
import time
from collections.abc import Iterator
from contextlib import ExitStack, closing
from pathlib import Path

import pytest

from tests.web.server_process import Server, serving

HEAD = b"POST /api/traces HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\n"


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    folder = tmp_path_factory.mktemp("slow")
    with serving(folder, LSTM_LENS_MAX_BODY_SECONDS="1", LSTM_LENS_MIN_BODY_RATE="1000") as server:
        assert server.ask("GET", "/api/health")[0] == 200
        yield server


def connected(server: Server) -> "closing[socket.socket]":
    return closing(socket.create_connection(("127.0.0.1", server.port), timeout=60))


def until_closed(client: socket.socket, sent: bytes = b"") -> tuple[bytes, float]:
    """What the server says until it closes, and after how many seconds; meanwhile bytes are sent now and then.

    Raises AssertionError when it does not close, as it would not where those bytes won time.
    """
    client.settimeout(0.2)
    began, said = time.monotonic(), b""
    while time.monotonic() - began < 60:
        try:
            received = client.recv(65536)
            said += received
            if not received:
                return said, time.monotonic() - began
        except TimeoutError:
            try:
                client.sendall(sent)
            except OSError:
                return said, time.monotonic() - began
        except ConnectionError:
            return said, time.monotonic() - began
    raise AssertionError("the server holds the connection")


@pytest.mark.parametrize("start", [b"", b"GET / HT", HEAD])
def test_headers_that_do_not_come_are_not_waited_for(server: Server, start: bytes) -> None:
    with connected(server) as client:
        client.sendall(start)
        said, seconds = until_closed(client)
    assert said == b""
    assert seconds > 0.4


def test_a_byte_now_and_then_wins_no_time(server: Server) -> None:
    with connected(server) as client:
        client.sendall(HEAD)
        assert until_closed(client, b"X")[0] == b""


def test_nor_does_one_after_a_whole_request(server: Server) -> None:
    with connected(server) as client:
        client.sendall(b"GET /api/health HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n")
        assert until_closed(client, b"G")[0].startswith(b"HTTP/1.1 200")


@pytest.mark.parametrize("framing", [b"Content-Length: 5000\r\n\r\n", b"Transfer-Encoding: chunked\r\n\r\n"])
def test_a_body_that_does_not_come_is_answered_with_408(server: Server, framing: bytes) -> None:
    with connected(server) as client:
        client.sendall(HEAD + framing + (b"1\r\n{\r\n" if b"chunked" in framing else b"{"))
        said, _ = until_closed(client, b"1\r\n \r\n" if b"chunked" in framing else b" ")
    head, _, body = said.partition(b"\r\n\r\n")
    assert head.startswith(b"HTTP/1.1 408")
    assert b"connection: close" in head.lower()
    (problem,) = json.loads(body)["detail"]
    assert (problem["type"], problem["loc"]) == ("request_timeout", ["body"])


def test_a_large_body_that_comes_at_the_rate_has_its_time(server: Server) -> None:
    body = json.dumps({"config": {"input_size": 2, "hidden_size": 4}}).encode() + b" " * 4000
    with connected(server) as client:
        client.sendall(HEAD + b"Connection: close\r\nContent-Length: %d\r\n\r\n" % len(body))
        for start in range(0, len(body), 500):
            client.sendall(body[start : start + 500])
            time.sleep(0.15)  # 3300 a second, over more than one
        client.settimeout(60)
        assert client.recv(100).startswith(b"HTTP/1.1 201")


def test_others_are_answered_meanwhile(server: Server) -> None:
    with ExitStack() as clients:
        for k in range(100):
            client = clients.enter_context(connected(server))
            client.sendall(HEAD if k % 2 else HEAD + b"Content-Length: 9\r\n\r\n{")
        for seed in range(5):
            body = {"config": {"input_size": 2, "hidden_size": 4}, "weights": {"kind": "seed", "seed": seed}}
            assert server.ask("POST", "/api/traces", body)[0] == 201


def test_headers_without_end_are_refused(server: Server) -> None:
    with connected(server) as client:
        client.sendall(b"GET / HTTP/1.1\r\nHost: 127.0.0.1\r\n")
        said = b""
        try:
            for k in range(20_000):
                client.sendall(b"X-%d: %s\r\n" % (k, b"y" * 50))
            said = client.recv(100)
        except ConnectionError:
            said = b"HTTP/1.1 400"  # refused while it was being sent
        assert said.startswith(b"HTTP/1.1 4")


def test_a_server_is_as_it_was(server: Server, tmp_path: Path) -> None:
    assert server.process.poll() is None
    assert server.ask("GET", "/api/ready")[0] == 200
