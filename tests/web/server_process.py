"""A whole server in a process of its own, as people run it."""

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import IO, Any

import httpx2 as httpx

from tests.support.forked import Forked

ROOT = Path(__file__).parent.parent.parent
#: Whether servers are forked where nothing is measured. Tests are many and do so; the programs of tests.soak do not.
FORKED = False


class Server:
    """`lstm-lens serve` in a process of its own. log: a file for what it says. fresh: in no case forked."""

    process: subprocess.Popen[bytes] | Forked

    def __init__(self, folder: Path, log: IO[bytes] | None = None, *, fresh: bool = False, **settings: str) -> None:
        with closing(socket.socket()) as found:
            found.bind(("127.0.0.1", 0))
            self.port = found.getsockname()[1]
        arguments = ["serve", "--port", str(self.port)]
        environment = os.environ | {"LSTM_LENS_DATA_DIR": str(folder), "LSTM_LENS_WORKERS": "1"} | settings
        with Path(os.devnull).open("wb") as nothing:
            said = log or nothing
            if FORKED and not fresh:
                self.process = Forked(arguments, environment, said.fileno())
            else:
                command = [sys.executable, "-m", "lstm_lens", *arguments]
                self.process = subprocess.Popen(command, cwd=ROOT, env=environment, stdout=said, stderr=said)
        self.client = httpx.Client(base_url=f"http://127.0.0.1:{self.port}", timeout=60)

    def ask(self, method: str, path: str, body: Any = None, prefer: str = "") -> tuple[int, Any]:
        """The status and the body of a reply, asked for until there is one."""
        for _ in range(1800):
            try:
                reply = self.client.request(method, path, json=body, headers={"Prefer": prefer})
            except httpx.ConnectError:
                time.sleep(0.05)
            else:
                return reply.status_code, reply.json()
        raise AssertionError("the server does not answer")

    def recording(self, request: dict[str, Any]) -> str:
        """Start a long run; its id, once part of it has been recorded."""
        status, run = self.ask("POST", "/api/traces", request, "respond-async")
        assert status == 202
        while not self.ask("GET", f"/api/runs/{run['id']}")[1]["done"]:
            time.sleep(0.01)
        return str(run["id"])


@contextmanager
def serving(folder: Path, log: IO[bytes] | None = None, *, fresh: bool = False, **settings: str) -> Iterator[Server]:
    server = Server(folder, log, fresh=fresh, **settings)
    try:
        yield server
    finally:
        server.client.close()
        server.process.kill()
        server.process.wait()
