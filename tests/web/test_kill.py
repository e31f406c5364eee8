"""A server that is killed while it records never serves any of that, and leaves nothing after its next start."""

import os
import signal
import time
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest

from tests.web.server_process import serving

#: `LSTM_LENS_KILLS=20 pytest tests/web/test_kill.py` for more of them.
KILLS = int(os.environ.get("LSTM_LENS_KILLS", "3"))
LONG: dict[str, Any] = {
    "config": {"input_size": 2, "hidden_size": 16, "num_layers": 2},
    "input": {"kind": "random", "seq_len": 2_000_000},
}
SHORT: dict[str, Any] = {"config": {"input_size": 2, "hidden_size": 4}}


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
