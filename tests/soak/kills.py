"""The server is killed while it writes, again and again: what it acknowledged is there afterwards, and nothing else.

All the while clients post runs and upload files, and a long run is being recorded. An acknowledged run must have the
same bytes under its id after the next start, an acknowledged upload the same list.
"""

import sys
import time
from contextlib import ExitStack
from itertools import count
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory
from threading import Thread

import numpy as np
from safetensors.numpy import save

from tests.readers.weights.hostile_safetensors import good
from tests.soak.support.connection import Connection
from tests.soak.support.figures import percentile
from tests.soak.support.program import Findings, main
from tests.soak.support.requests import TRACES, seeded
from tests.soak.support.server import SoakServer, soak_server, until

WRITERS = 3
READY = 5.0
#: How many of what was acknowledged before the last kill are looked at after each.
LOOKED_AT = 40
LONG = {"config": {"input_size": 2, "hidden_size": 16}, "input": {"kind": "random", "seq_len": 400_000}}
#: Numbers of runs and files: none is sent twice.
numbers = count()


class Writer(Thread):
    """Posts runs and files until the server is gone. acknowledged: the reply's body by the path that it lies under."""

    def __init__(self, server: SoakServer) -> None:
        super().__init__()
        self.acknowledged: dict[str, bytes] = {}
        self.refused: list[str] = []
        self._connection = Connection(server.port)

    def run(self) -> None:
        while True:
            number = next(numbers)
            if number % 5 == 0:
                body = save(good() | {"bias_hh_l0": np.full(12, number, np.float32)})
                answer = self._connection.ask("PUT", "/api/uploads", body)
                suffix = ""
            else:
                answer = self._connection.post(TRACES, seeded(number))
                suffix = "?encoding=base64"
            if not answer.status:
                return
            if answer.status == 201:
                self.acknowledged[answer.headers["location"] + suffix] = answer.body
            else:
                self.refused.append(f"{answer.status} {answer.body[:200]!r}")


def lost(server: SoakServer, acknowledged: dict[str, bytes]) -> list[str]:
    """What is not there any more, or has other bytes."""
    connection = Connection(server.port)
    found = []
    for path, body in acknowledged.items():
        answer = connection.ask("GET", path)
        if answer.status != 200 or answer.body != body:
            found.append(f"{path} was acknowledged, and is {answer.status} {answer.kind}")
    connection.close()
    return found


def left_over(folder: Path) -> list[Path]:
    """What servers that were killed were writing, while one lives: folders but its own."""
    return list(folder.glob("data/unfinished/*/lock"))[1:]


def writing_until_killed(server: SoakServer, seconds: float) -> list[Writer]:
    """Have clients write, and kill the server in the middle of it."""
    server.ask("POST", "/api/traces", LONG | {"weights": {"kind": "seed", "seed": next(numbers)}}, "respond-async")
    writers = [Writer(server) for _ in range(WRITERS)]
    for writer in writers:
        writer.start()
    until(lambda: any(writer.acknowledged for writer in writers), 30)
    time.sleep(seconds)
    server.kill()
    for writer in writers:
        writer.join()
    return writers


def measure(short: bool) -> Findings:
    found = Findings()
    random = Random(0)  # noqa: S311 (no secret)
    starts: list[float] = []
    everything: dict[str, bytes] = {}
    missing: list[str] = []
    kills = 1 if short else 50
    with TemporaryDirectory() as name, ExitStack() as stack:
        folder = Path(name)
        for _ in range(kills):
            server = SoakServer(folder, LSTM_LENS_WORKERS="2")
            stack.callback(server.kill)
            starts.append(server.ready())
            found.expect(not left_over(folder), "unfinished files are left after a start")
            newest = list(everything.items())[-LOOKED_AT:]
            missing += lost(server, dict(newest))
            for writer in writing_until_killed(server, random.uniform(0.05, 1.0)):
                everything |= writer.acknowledged
                found.wrong += writer.refused
        with soak_server(folder, LSTM_LENS_WORKERS="2") as server:
            found.expect(not left_over(folder), "unfinished files are left after the last start")
            missing += lost(server, everything)
            found.wrong += server.faults()
    found.wrong += missing
    found.figures |= {"kills": kills, "acknowledged": len(everything), "lost": len(missing)}
    found.goal("slowest start s", round(percentile(starts, 1), 2), most=READY)
    return found


if __name__ == "__main__":
    sys.exit(main("kills", measure))
