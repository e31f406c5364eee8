"""A million timesteps: recorded, then scrolled by windows and overviews, in little memory."""

import json
import shutil
import time
from pathlib import Path
from typing import Any

import pytest

from tests.web.server_process import Server, serving

SEQ_LEN = 1_000_000
#: Less than the numbers of the trace, which are 24 bytes for each of 32 units.
MOST_MEMORY = 600 * 2**20
DISK = 2 * 2**30
REQUEST: dict[str, Any] = {
    "config": {"input_size": 1, "hidden_size": 32},
    "input": {"kind": "random", "seq_len": SEQ_LEN},
}


def processes(pid: int) -> list[int]:
    """A process and all that it started, directly or not."""
    parents: dict[int, list[int]] = {}
    for status in Path("/proc").glob("[0-9]*/stat"):
        try:
            parent = int(status.read_text().rpartition(")")[2].split()[1])
        except OSError:  # it ended meanwhile
            continue
        parents.setdefault(parent, []).append(int(status.parent.name))
    found = [pid]
    for parent in found:
        found += parents.get(parent, [])
    return found


def memory(server: Server) -> int:
    """The bytes that a server and its processes hold, what they share counted once."""
    total = 0
    for pid in processes(server.process.pid):
        try:
            lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
        except OSError:
            continue
        total += sum(1024 * int(line.split()[1]) for line in lines if line.startswith("Pss:"))
    return total


@pytest.mark.skipif(not Path("/proc/self/smaps_rollup").exists(), reason="memory is measured as Linux tells it")
def test_a_million_timesteps_are_recorded_and_scrolled_within_600_megabytes(tmp_path: Path) -> None:
    if shutil.disk_usage(tmp_path).free < DISK:
        pytest.skip("less than 2 GiB of disk are free")
    with serving(tmp_path, fresh=True) as server:  # what it shares with others would count as theirs
        status, run = server.ask("POST", "/api/traces", REQUEST, "respond-async")
        assert status == 202
        most = 0
        while server.ask("GET", f"/api/runs/{run['id']}")[1]["status"] in ("waiting", "running"):
            most = max(most, memory(server))
            time.sleep(0.2)
        trace = f"/api/traces/{run['id']}"
        for zoom in range(8):
            start, stop = SEQ_LEN // 3, SEQ_LEN // 3 + SEQ_LEN // 4**zoom // 2
            query = f"quantity=c&start={start}&stop={stop}&width=180&height=64&encoding=base64"
            status, tiles = server.ask("GET", f"{trace}/overview?{query}")
            assert status == 200
            assert tiles["time_edges"][0] <= start  # tiles of a summary, whole
            assert tiles["time_edges"][-1] >= stop
            assert len(json.dumps(tiles)) <= 200_000
            status, window = server.ask("GET", f"{trace}?start={stop - 20}&stop={stop}&quantity=c&encoding=base64")
            assert status == 200
            assert window["cells"][0]["c"]["shape"] == [20, 1, 32]
            assert window["parity"]["ok"]
            most = max(most, memory(server))
    shutil.rmtree(tmp_path)
    assert most <= MOST_MEMORY
