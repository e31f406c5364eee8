"""A disk that is full: every write is told so, what was kept can be read, and afterwards writing goes on by itself.

Where this may be mounted, the disk is a small file system in memory; elsewhere the processes of the server are told
that no file of theirs may grow.
"""

import json
import resource
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from itertools import count
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory
from typing import Protocol

import numpy as np
from safetensors.numpy import save

from tests.readers.weights.hostile_safetensors import good
from tests.soak.support import processes
from tests.soak.support.connection import Answer, Connection
from tests.soak.support.program import Findings, main
from tests.soak.support.requests import TRACES, seeded
from tests.soak.support.server import SoakServer

SIZE = 48 * 2**20
CSV = b"a,b\n1,2\n3,4\n"
STORE = 16 * 2**20
LONG = {"config": {"input_size": 2, "hidden_size": 8}, "input": {"kind": "random", "seq_len": 20_000}}
numbers = count()


class Disk(Protocol):
    def fill(self, server: SoakServer, left: int) -> None: ...
    def free(self, server: SoakServer) -> None: ...


class SmallDisk:
    """A file system of 48 MiB with a file that fills it."""

    def __init__(self, folder: Path) -> None:
        self._ballast = folder / "ballast"

    def fill(self, server: SoakServer, left: int) -> None:
        with self._ballast.open("wb", buffering=0) as file, suppress(OSError):
            while file.write(bytes(2**16)):
                pass
        size = self._ballast.stat().st_size
        with self._ballast.open("r+b") as file:
            file.truncate(size - left)

    def free(self, server: SoakServer) -> None:
        self._ballast.unlink()


class Limits:
    """A bound on how long files may become, which holds in a server that runs."""

    def fill(self, server: SoakServer, left: int) -> None:
        self._set(server, 0)  # no file of its own is shared with others, as a disk is

    def free(self, server: SoakServer) -> None:
        self._set(server, resource.RLIM_INFINITY)

    @staticmethod
    def _set(server: SoakServer, soft: int) -> None:
        for pid in processes.family(server.process.pid):
            resource.prlimit(pid, resource.RLIMIT_FSIZE, (soft, resource.RLIM_INFINITY))


@contextmanager
def disk(folder: Path) -> Iterator[Disk]:
    """One that can be filled, for what a server writes below a folder."""
    data = folder / "data"
    data.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", f"size={SIZE}", "lstm-lens-soak", str(data)]
    try:
        mounted = subprocess.run(mount, capture_output=True, check=False).returncode == 0
    except FileNotFoundError:  # no system that has this
        mounted = False
    try:
        yield SmallDisk(data) if mounted else Limits()
    finally:
        if mounted:
            subprocess.run(["umount", str(data)], check=True)


def long_run(connection: Connection) -> Answer:
    """A long run, as the answer that its end would be."""
    run = connection.post(
        "/api/traces", LONG | {"weights": {"kind": "seed", "seed": next(numbers)}}, Prefer="respond-async"
    )
    if run.status != 202:
        return run
    for _ in range(1500):
        state = json.loads(connection.ask("GET", run.headers["location"]).body)
        if state["status"] not in ("waiting", "running"):
            break
        time.sleep(0.02)
    kinds = [item["type"] for item in state["detail"]]
    status = 507 if kinds == ["store_full"] else 201 if state["status"] == "done" else 0
    return Answer(status, {}, json.dumps(state).encode())


def writes(connection: Connection) -> dict[str, Answer]:
    """One of everything that has to write."""
    number = next(numbers)
    file = save(good() | {"bias_hh_l0": np.full(12, number, np.float32)})
    return {
        "a run": connection.post(TRACES, seeded(number)),
        "a long run": long_run(connection),
        "an upload": connection.ask("PUT", "/api/uploads", file),
        "an input": connection.ask("POST", "/api/inputs", CSV, Content_Type="text/csv"),
        "a preview": connection.ask("POST", "/api/inputs/preview", CSV, Content_Type="text/csv"),
    }


def reads(kept: str) -> list[str]:
    """Everything that only reads; of the trace each time another window, so that none comes from memory."""
    start = next(numbers) % 2
    return [
        f"{kept}?start={start}",
        f"{kept}?start={start}&quantity=h",
        f"{kept}.safetensors",
        f"{kept}.html",
        f"{kept}/explanation?timestep={start}",
        f"{kept}/units",
        f"{kept}/export/csv",
        f"{kept}/script.py",
        "/",
        "/api/presets",
        "/api/health",
    ]


def measure(short: bool) -> Findings:
    found = Findings()
    random = Random(0)  # noqa: S311 (no secret)
    statuses: Counter[str] = Counter()
    with TemporaryDirectory() as name, disk(Path(name)) as place:
        server = SoakServer(Path(name), LSTM_LENS_WORKERS="2", LSTM_LENS_MAX_STORE_BYTES=str(STORE))
        try:
            server.all_ready(3)
            connection = Connection(server.port)
            kept = connection.post(TRACES, seeded(next(numbers))).headers["location"]
            for k in range(2 if short else 50):
                place.fill(server, 0 if k % 2 == 0 else random.randrange(4096))
                for what, answer in writes(connection).items():
                    statuses[f"full:{answer.status}"] += 1
                    found.expect(answer.status == 507, f"{what} on a full disk: {answer.status} {answer.body[:300]!r}")
                for path in reads(kept):
                    status = connection.ask("GET", path).status
                    statuses[f"read:{status}"] += 1
                    found.expect(status == 200, f"{path} on a full disk: {status}")
                left = list((Path(name) / "data").rglob("*.tmp*"))
                found.expect(not left, f"temporary files are left: {left}")
                place.free(server)
                for what, answer in writes(connection).items():
                    statuses[f"free:{answer.status}"] += 1
                    found.expect(
                        answer.status in (200, 201), f"{what} afterwards: {answer.status} {answer.body[:300]!r}"
                    )
            found.expect(server.process.poll() is None, "the server has ended")
            connection.close()
        finally:
            server.kill()
        found.wrong += server.faults()
    found.figures |= {
        "disk": type(place).__name__,
        "answers": " ".join(f"{k}x{n}" for k, n in sorted(statuses.items())),
    }
    return found


if __name__ == "__main__":
    sys.exit(main("full_disk", measure))
