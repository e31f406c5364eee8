"""A server that a program has for itself: in a process of its own, on a free port, with a log that is looked into."""

import atexit
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import httpx2 as httpx

from tests.soak.support import processes
from tests.web.server_process import Server

EVERYDAY = {
    "LSTM_LENS_WORKERS": "2",
    "LSTM_LENS_ALLOWED_HOSTS": "localhost lens.example *.class.example",
    "LSTM_LENS_MAX_WAITING": "64",
    "LSTM_LENS_MAX_TRACE_BYTES": str(8 * 2**30),
}
_shared: list["SoakServer"] = []
_end = ExitStack()


class SoakServer(Server):
    """`lstm-lens serve`, its processes and its log."""

    def __init__(self, folder: Path, **settings: str) -> None:
        self.log = folder / "server.log"
        self.seen = self.log.stat().st_size if self.log.exists() else 0
        started = time.monotonic()
        with self.log.open("ab") as log:
            super().__init__(folder / "data", log=log, **settings)
        self._started = started

    def ready(self) -> float:
        """Wait until it takes runs; the seconds that this took from its start."""
        until(lambda: self._is_ready() or self.process.poll() is not None, 60)
        if self.process.poll() is not None:
            raise AssertionError(f"the server ended: {self.log.read_text()[-2000:]}")
        return time.monotonic() - self._started

    def _is_ready(self) -> bool:
        try:
            return self.client.get("/api/ready").status_code == 200
        except httpx.TransportError:
            return False

    def all_ready(self, workers: int) -> None:
        """Wait until it takes runs and so many workers are there."""
        self.ready()
        until(lambda: len(self.workers()) >= workers, 60)

    def workers(self) -> set[int]:
        return processes.workers(self.process.pid)

    def faults(self) -> list[str]:
        """What each traceback ends with that the log has since the program began."""
        text = (
            self.log.read_bytes()[self.seen :].decode(errors="replace").replace("\\n", "\n")
        )  # in JSON a traceback is one line
        return [
            next((line[:300] for line in part.splitlines()[1:] if line and not line.startswith((" ", "\t"))), "?")
            for part in text.split("Traceback (most recent call last)")[1:]
        ]

    def kill(self) -> None:
        """End it without a word to it, and wait until its workers have noticed."""
        family = processes.family(self.process.pid)
        self.process.kill()
        self.process.wait()
        self.client.close()
        until(lambda: not any(processes.alive(pid) for pid in family), 30)


@contextmanager
def soak_server(folder: Path | None = None, **settings: str) -> Iterator[SoakServer]:
    """A server that answers, on a new folder unless one is given."""
    with TemporaryDirectory(prefix="lstm-lens-soak-") as own:
        server = SoakServer(folder or Path(own), **settings)
        try:
            server.ready()
            yield server
        finally:
            server.kill()


@contextmanager
def everyday_server(*, short: bool, **settings: str) -> Iterator[SoakServer]:
    """A server for what needs nothing special: small forms share one, since to start it is the most of them."""
    if not short:
        with soak_server(**EVERYDAY | settings) as server:
            server.all_ready(3)
            yield server
        return
    if not _shared:
        folder = _end.enter_context(TemporaryDirectory(prefix="lstm-lens-soak-"))
        _shared.append(_end.enter_context(soak_server(Path(folder), **EVERYDAY)))
    (server,) = _shared
    server.all_ready(3)
    server.seen = server.log.stat().st_size
    yield server


def end_shared() -> None:
    """End the server that small forms share; when the last of them has ended, at the latest with the process."""
    _shared.clear()
    _end.close()


atexit.register(end_shared)


def until(holds: Callable[[], Any], seconds: float) -> float:
    """Wait for something; the seconds that this took. Raises AssertionError when it does not come."""
    began = time.monotonic()
    while not holds():
        if time.monotonic() - began > seconds:
            raise AssertionError(f"it does not come true within {seconds} s")
        time.sleep(0.02)
    return time.monotonic() - began
