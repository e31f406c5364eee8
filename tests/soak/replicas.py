"""Two replicas of the server beside one: how many more runs they compute in the same time.

Each replica has one worker, and a core of its own for all of its processes. The runs are all different and cost a
worker long enough for what the client does not to count. The store lies in memory where there is such a folder: how
fast a disk is that all share is another question. One replica and two are measured in turns, so that whatever else the
machine does meets both.
"""

import os
import sys
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from itertools import count
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from time import monotonic
from typing import Any

from tests.soak.support.connection import Connection
from tests.soak.support.program import Findings, main
from tests.soak.support.server import SoakServer, soak_server

#: Clients of each replica: while one reads, the worker has the run of another.
CLIENTS = 3
GOAL = 1.6
MEMORY = Path("/dev/shm")  # noqa: S108 (a folder of its own is made in it)
PATH = "/api/traces?encoding=base64"
seeds = count()


def request() -> dict[str, Any]:
    """A run that no other equals: many layers of a single unit take long to make and to run, and little to send."""
    sizes = {"kind": "random", "seq_len": 60, "seed": next(seeds)}
    return {"config": {"input_size": 1, "hidden_size": 1, "num_layers": 32}, "input": sizes}


@contextmanager
def pinned(folder: Path, core: int) -> Iterator[SoakServer]:
    """A replica on one core. Its processes inherit where they may run."""
    before = os.sched_getaffinity(0)
    own = folder / f"replica-{core}"
    own.mkdir()
    os.sched_setaffinity(0, {core})
    with ExitStack() as stack:
        try:
            settings = {"LSTM_LENS_STORE_URL": (folder / "store").as_uri(), "LSTM_LENS_WORKERS": "1"}
            server = stack.enter_context(soak_server(own, **settings))
        finally:
            os.sched_setaffinity(0, before)
        yield server


def rate(servers: Sequence[SoakServer], seconds: float) -> float:
    """Runs that all of them together compute in a second. Raises AssertionError for a run that fails."""
    began = monotonic()

    def ask(server: SoakServer) -> int:
        connection, done = Connection(server.port), 0
        while monotonic() - began < seconds:
            answer = connection.post(PATH, request())
            assert answer.status == 201, f"a run was answered {answer.status}: {answer.body[:200]!r}"
            done += 1
        connection.close()
        return done

    with ThreadPoolExecutor(CLIENTS * len(servers)) as pool:
        done = sum(pool.map(ask, [server for server in servers for _ in range(CLIENTS)]))
    return done / (monotonic() - began)


def told_alike(one: SoakServer, other: SoakServer, store: Path) -> bool:
    """Whether what one computed is there at the other, and what the other computes itself is the same."""
    first, second = Connection(one.port), Connection(other.port)
    there, gone = request(), request()
    computed = first.post(PATH, there)
    read = second.ask("GET", f"{computed.headers['location']}?encoding=base64")
    lost = first.post(PATH, gone)
    kept = list(store.rglob(f"*{lost.headers['location'].rpartition('/')[2]}*"))
    assert kept, "the shared store has no file of the run"
    for path in kept:
        path.unlink()
    again = second.post(PATH, gone)
    first.close()
    second.close()
    return computed.body == read.body and lost.body == again.body


def measure(short: bool) -> Findings:
    found = Findings()
    seconds, rounds = (0.5, 1) if short else (10.0, 6)
    cores = sorted(os.sched_getaffinity(0))[:2]
    found.expect(len(cores) == 2, "this machine has one core only")
    with (
        TemporaryDirectory(prefix="lstm-lens-soak-", dir=MEMORY if MEMORY.is_dir() else None) as folder,
        ExitStack() as stack,
    ):
        one, two = (stack.enter_context(pinned(Path(folder), core)) for core in cores)
        rate([one, two], min(seconds, 1))  # the first runs of a process take longer
        alone, together = [], []
        for k in range(rounds):
            alone.append(rate([(one, two)[k % 2]], seconds))
            together.append(rate([one, two], seconds))
        found.expect(
            all(told_alike(one, two, Path(folder) / "store") for _ in range(5)),
            "two replicas answer the same request differently",
        )
    found.figures |= {"one": round(median(alone), 1), "two": round(median(together), 1)}
    ratio = median(both / single for both, single in zip(together, alone, strict=True))
    found.goal("times one", round(ratio, 2), least=GOAL)
    return found


if __name__ == "__main__":
    sys.exit(main("replicas", measure))
