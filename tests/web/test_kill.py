"""A server that is killed while it records never serves any of that, and leaves nothing after its next start."""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager
from pathlib import Path
from typing import Any

import httpx2 as httpx
import pytest

ROOT = Path(__file__).parent.parent.parent
#: `LSTM_LENS_KILLS=20 pytest tests/web/test_kill.py` for more of them.
KILLS = int(os.environ.get("LSTM_LENS_KILLS", "3"))
LONG: dict[str, Any] = {
    "config": {"input_size": 2, "hidden_size": 16, "num_layers": 2},
    "input": {"kind": "random", "seq_len": 400_000},
}
_SILENT: Any = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
SHORT: dict[str, Any] = {"config": {"input_size": 2, "hidden_size": 4}}


class Server:
    """`python -m app serve` in a process of its own."""

    def __init__(self, folder: Path) -> None:
        with closing(socket.socket()) as found:
            found.bind(("127.0.0.1", 0))
            self.port = found.getsockname()[1]
        command = [sys.executable, "-m", "app", "serve", "--port", str(self.port)]
        settings = {"LSTM_LENS_DATA_DIR": str(folder), "LSTM_LENS_WORKERS": "1"}
        self.process = subprocess.Popen(command, cwd=ROOT, env=os.environ | settings, **_SILENT)

    def ask(self, method: str, path: str, body: Any = None, prefer: str = "") -> tuple[int, Any]:
        """The status and the body of a reply, asked for until there is one."""
        for _ in range(600):
            try:
                url = f"http://127.0.0.1:{self.port}{path}"
                reply = httpx.request(method, url, json=body, headers={"Prefer": prefer}, timeout=60)
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
def serving(folder: Path) -> Iterator[Server]:
    server = Server(folder)
    try:
        yield server
    finally:
        server.process.kill()
        server.process.wait()


def writers(folder: Path) -> list[str]:
    """The processes that have a file open below a folder."""
    found = []
    for descriptor in Path("/proc").glob("[0-9]*/fd/*"):
        try:
            if descriptor.readlink().is_relative_to(folder):
                found.append(descriptor.parts[2])
        except OSError:  # gone, or another user's
            continue
    return found


@pytest.mark.parametrize("victim", ["server", "worker"])
def test_what_was_being_recorded_is_never_served(tmp_path: Path, victim: str) -> None:
    with ExitStack() as servers:
        server = servers.enter_context(serving(tmp_path))
        assert server.ask("POST", "/api/traces", SHORT)[0] == 201
        for k in range(KILLS):
            request = LONG | {"weights": {"kind": "seed", "seed": k}}
            trace_id = server.recording(request)
            assert list(tmp_path.rglob("*.tmp"))
            if victim == "worker":
                (worker,) = {pid for pid in writers(tmp_path) if pid != str(server.process.pid)}
                os.kill(int(worker), signal.SIGKILL)
                while server.ask("GET", f"/api/runs/{trace_id}")[1]["status"] == "running":
                    time.sleep(0.05)
                assert server.ask("GET", f"/api/runs/{trace_id}")[1]["status"] == "failed"
            else:
                server.process.kill()
                server.process.wait()
                server = servers.enter_context(serving(tmp_path))
            assert server.ask("GET", f"/api/traces/{trace_id}?stop=1")[0] == 404
            assert not list(tmp_path.rglob("*.tmp*"))
            assert len(list(tmp_path.glob("traces/*"))) == len(list(tmp_path.glob("requests/*"))) == 1
        while {*writers(tmp_path)} - {str(server.process.pid)}:  # what a killed server left computing ends by itself
            time.sleep(0.05)
        assert server.ask("POST", "/api/traces", SHORT)[0] == 201
        server.process.terminate()
        assert server.process.wait(30) is not None
    assert not list(tmp_path.rglob("*.tmp*"))
