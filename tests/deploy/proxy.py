"""nginx as it is shipped, in front of real replicas and of ones that misbehave."""

import socket
import subprocess
import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing, contextmanager, suppress
from pathlib import Path
from typing import Any

import httpx2 as httpx

from scripts.proxy import lay_out


class Proxy:
    """A running nginx. Each client has an address of its own, since limits go by address."""

    def __init__(self, port: int, log: Path) -> None:
        self.port = port
        self.log = log

    def logs(self, text: str) -> bool:
        """Whether the log comes to hold a text; a line is written after its reply."""
        for _ in range(200):
            if text in self.log.read_text():
                return True
            time.sleep(0.05)
        return False

    def client(self, number: int = 1) -> httpx.Client:
        transport = httpx.HTTPTransport(local_address=_address(number))
        return httpx.Client(base_url=f"http://127.0.0.1:{self.port}", transport=transport, timeout=60)

    def connect(self, number: int = 1) -> socket.socket:
        return socket.create_connection(("127.0.0.1", self.port), 30, (_address(number), 0))

    def raw(self, request: bytes, number: int = 1) -> bytes:
        """All that comes back for these very bytes, until the connection ends."""
        with self.connect(number) as wire:
            wire.sendall(request)
            return b"".join(iter(lambda: wire.recv(65536), b""))


def raw_request(method: str, path: str, **headers: str) -> bytes:
    """The head of a request with this very path. Headers are named with _ for -."""
    lines = [f"{method} {path} HTTP/1.1", "Host: 127.0.0.1", "Connection: close"]
    lines += [f"{name.replace('_', '-')}: {value}" for name, value in headers.items()]
    return "\r\n".join([*lines, "", ""]).encode()


def free_port() -> int:
    with closing(socket.socket()) as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


def _address(number: int) -> str:
    """All of 127.0.0.0/8 is this machine."""
    return f"127.0.{number // 256}.{number % 256}"


#: A small run.
RUN: dict[str, Any] = {"config": {"input_size": 2, "hidden_size": 4}}


@contextmanager
def proxying(folder: Path, ports: Sequence[int], changes: Mapping[str, str] | None = None) -> Iterator[Proxy]:
    """nginx in front of replicas at these ports. changes: of nginx.conf, what is replaced by what."""
    proxy = Proxy(free_port(), folder / "log")
    command = lay_out(folder, f"127.0.0.1:{proxy.port}", [f"127.0.0.1:{port}" for port in ports])
    configuration = folder / "configuration/nginx.conf"
    text = configuration.read_text()
    for shipped, other in (changes or {}).items():
        assert shipped in text
        text = text.replace(shipped, other)
    configuration.write_text(text)
    with proxy.log.open("wb") as log:
        process = subprocess.Popen(command, stdout=log, stderr=log)
    try:
        _wait_for(proxy, process)
        yield proxy
    finally:
        process.terminate()
        process.wait()


def _wait_for(proxy: Proxy, process: "subprocess.Popen[bytes]") -> None:
    for _ in range(200):
        assert process.poll() is None, proxy.log.read_text()
        with suppress(ConnectionRefusedError), proxy.connect():
            return
        time.sleep(0.05)
    raise AssertionError("nginx does not listen")


@contextmanager
def replica(answer: bytes) -> Iterator[tuple[int, list[bytes]]]:
    """One that answers every request with these bytes and closes; its port, and the heads of what it was asked."""
    heads: list[bytes] = []

    def serve(listening: socket.socket) -> None:
        with suppress(OSError):  # it was closed
            while True:
                with closing(listening.accept()[0]) as wire:
                    heads.append(wire.recv(65536).partition(b"\r\n\r\n")[0])
                    wire.sendall(answer)

    with socket.create_server(("127.0.0.1", 0)) as listening:
        thread = threading.Thread(target=serve, args=(listening,), daemon=True)
        thread.start()
        try:
            yield listening.getsockname()[1], heads
        finally:
            listening.shutdown(socket.SHUT_RDWR)
            thread.join()
