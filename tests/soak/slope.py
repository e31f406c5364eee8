"""Very many requests of all kinds: memory, files and threads of the server and its workers stay as they were.

Least squares over what was seen after a warm-up, in which what is kept in memory fills.
"""

import sys
from collections import Counter
from collections.abc import Iterator
from itertools import count
from random import Random

import numpy as np
from safetensors.numpy import save

from tests.readers.weights.hostile_safetensors import good
from tests.soak.support import processes
from tests.soak.support.clients import Clients, Reply, request_bytes
from tests.soak.support.figures import slope
from tests.soak.support.program import Findings, main
from tests.soak.support.requests import TRACES, seeded
from tests.soak.support.server import SoakServer, everyday_server

CLIENTS = 8
WARM_UP = 0.25
SAMPLES = 200
KEPT = 40  # traces that are read again and again
FILES = 6
CSV = b"date,rain,flow\n2020-01-01,0.5,12\n2020-01-02,0,11\n"
OK = {200, 201, 202, 204, 304, 400, 404, 413, 422, 503}


def uploads() -> list[bytes]:
    """A few files of weights, and what is none."""
    bodies = [save(good() | {"bias_hh_l0": np.full(12, k, np.float32)}) for k in range(FILES)]
    return [request_bytes("PUT", "/api/uploads", body) for body in (*bodies, b"no file of weights", bodies[0][:90])]


def mixed(ids: list[str], filling: int) -> Iterator[bytes]:
    """Requests without end, of which an eighth are runs that nobody asked for before; more than half of the first ones.

    filling: how many are the first ones, in which the store and what is kept of recent replies become full.
    """
    random = Random(0)  # noqa: S311 (no secret)
    own = count(10_000)
    files = uploads()
    pages = ["/", "/docs", "/api/presets", "/api/health", "/openapi.json", "/api/traces/unknown", "/nowhere"]
    windows = ["", "?encoding=base64", "/explanation?unit=1", "/units", "/overview?width=8", "/export/csv"]
    wrong = [{}, {"config": {"input_size": 0, "hidden_size": 4}}, {"config": {"input_size": 2, "hidden_size": 10**6}}]
    kinds = {
        "run": (3, lambda: request_bytes("POST", TRACES, seeded(next(own)))),
        "again": (5, lambda: request_bytes("POST", TRACES, seeded(random.randrange(KEPT)))),
        "window": (8, lambda: request_bytes("GET", f"/api/traces/{random.choice(ids)}{random.choice(windows)}")),
        "page": (3, lambda: request_bytes("GET", random.choice(pages))),
        "error": (3, lambda: request_bytes("POST", TRACES, random.choice(wrong))),
        "upload": (1, lambda: random.choice(files)),
        "input": (1, lambda: request_bytes("POST", "/api/inputs", CSV, Content_Type="text/csv")),
    }
    choices = [make for weight, make in kinds.values() for _ in range(weight)]
    for k in count():
        yield kinds["run"][1]() if k < filling and k % 2 else random.choice(choices)()


class Watched:
    """What the processes of a server take, seen from time to time."""

    def __init__(self, server: SoakServer) -> None:
        self._server = server
        self.at: list[int] = []
        self.kib: list[int] = []
        self.files: list[int] = []
        self.threads: list[int] = []

    def look(self, requests: int) -> None:
        family = processes.family(self._server.process.pid)
        self.at.append(requests)
        self.kib.append(sum(processes.status_kib(pid, "RssAnon") for pid in family))
        self.files.append(sum(map(processes.descriptors, family)))
        self.threads.append(sum(processes.status_kib(pid, "Threads") for pid in family))

    def growth(self, values: list[int], first: int) -> float:
        """For each 10,000 requests, from the first one that counts."""
        seen = [(at, value) for at, value in zip(self.at, values, strict=True) if at >= first]
        return 10_000 * slope([at for at, _ in seen], [value for _, value in seen])


def measure(short: bool) -> Findings:
    found = Findings()
    requests = 400 if short else 200_000
    first = int(WARM_UP * requests)
    statuses: Counter[int] = Counter()
    with everyday_server(short=short, LSTM_LENS_MAX_STORE_BYTES=str(64 * 2**20)) as server:
        before = server.workers()
        ids = [server.ask("POST", "/api/traces", seeded(seed))[1]["id"] for seed in range(KEPT)]
        watched, following, every = Watched(server), mixed(ids, first), max(1, requests // SAMPLES)

        def take(_: int, reply: Reply) -> None:
            statuses[reply.status] += 1
            found.expect(reply.status in OK, f"{reply.status} {reply.body[:200]!r}")
            if statuses.total() % every == 0:
                watched.look(statuses.total())

        def send(_: int) -> bytes | None:
            return None if statuses.total() + CLIENTS > requests else next(following)

        Clients(server.port, CLIENTS).run(send, take)
        found.expect(server.workers() == before, "a worker was started anew")
        found.wrong += server.faults()
    found.figures["requests"] = statuses.total()
    found.goal("MB for each 10,000", round(watched.growth(watched.kib, first) / 1024, 2), most=1)
    found.goal("files for each 10,000", round(watched.growth(watched.files, first), 2), most=0.5)
    found.goal("threads for each 10,000", round(watched.growth(watched.threads, first), 2), most=0.5)
    found.figures |= {"MB at last": round(watched.kib[-1] / 1024), "files": watched.files[-1]}
    found.figures |= {"threads": watched.threads[-1], "503": statuses[503]}
    return found


if __name__ == "__main__":
    sys.exit(main("slope", measure))
