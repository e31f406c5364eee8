"""Workers that are killed, crash, or pass their bounds: one run ends with an error that says so, and the next is fine.

At the end one run is killed over and over: after its second worker it is given no other one.
"""

import os
import signal
import sys
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from itertools import count, cycle, islice
from typing import Any

from tests.soak.support import processes
from tests.soak.support.connection import Answer, Connection
from tests.soak.support.figures import percentile
from tests.soak.support.program import Findings, main
from tests.soak.support.requests import TRACES, greedy, seeded, slow
from tests.soak.support.server import SoakServer, soak_server, until

#: What ends a run, and what its client must be told.
SIGNALS = {"killed": signal.SIGKILL, "segfault": signal.SIGSEGV, "abort": signal.SIGABRT}
TOLD = {
    **dict.fromkeys(SIGNALS, (503, "worker_died")),
    "memory": (413, "worker_out_of_memory"),
    "deadline": (503, "deadline"),
    "idle": (201, ""),
}
SETTINGS = {
    "LSTM_LENS_WORKERS": "2",
    "LSTM_LENS_MAX_RUN_SECONDS": "4",
    "LSTM_LENS_MAX_WORKER_BYTES": str(640 * 2**20),
    "LSTM_LENS_MAX_TRACE_BYTES": str(8 * 2**30),
}
numbers = count()


def asked(server: SoakServer, request: Any) -> Answer:
    """The reply to a request on a connection of its own."""
    connection = Connection(server.port)
    try:
        return connection.post(TRACES, request)
    finally:
        connection.close()


def with_its_worker(server: SoakServer, request: Any, end: Callable[[int], object]) -> Answer:
    """The reply to a run whose worker is ended once it computes. Raises AssertionError when none ever does."""
    victims: list[int | None] = []
    before = processes.taken(server.process.pid)
    with ThreadPoolExecutor(1) as thread:
        answer = thread.submit(asked, server, request)
        until(
            lambda: victims.append(processes.computing(server.process.pid, before)) or victims[-1] or answer.done(), 120
        )
        if victims[-1] is not None:
            end(victims[-1])
        return answer.result()


def death(server: SoakServer, kind: str) -> Answer:
    """What a client is told whose run ends in one way."""
    if kind in SIGNALS:
        return with_its_worker(server, slow(next(numbers)), lambda pid: os.kill(pid, SIGNALS[kind]))
    if kind == "memory":
        return asked(server, greedy(next(numbers)))
    if kind == "deadline":  # a worker that is stopped is at its run on any machine
        return with_its_worker(server, slow(next(numbers)), lambda pid: os.kill(pid, signal.SIGSTOP))
    workers = server.workers()
    for worker in workers:
        os.kill(worker, signal.SIGKILL)
    until(lambda: not any(map(processes.alive, workers)), 120)
    return asked(server, seeded(next(numbers)))


def ends_a_third_worker(server: SoakServer) -> bool:
    """Whether a run that has ended two workers is given one more."""
    request = slow(next(numbers))
    for _ in range(2):
        with_its_worker(server, request, lambda pid: os.kill(pid, signal.SIGKILL))
    victims: list[int] = []
    answer = with_its_worker(server, request, victims.append)
    return bool(victims) or (answer.status, answer.kind) != (503, "workers_died")


def measure(short: bool) -> Findings:
    found = Findings()
    kinds = list(islice(cycle(TOLD), 6 if short else 200))
    recoveries: list[float] = []
    with soak_server(**SETTINGS) as server:
        server.all_ready(3)
        for kind in kinds:
            answer = death(server, kind)
            was = (answer.status, answer.kind)
            found.expect(was == TOLD[kind], f"{kind}: the client was told {was}, not {TOLD[kind]}")
            began = time.monotonic()
            following = asked(server, seeded(next(numbers)))
            recoveries.append(time.monotonic() - began)
            found.expect(following.status == 201, f"after {kind}: {following.status} {following.kind}")
            found.expect(server.process.poll() is None, f"{kind} ended the server")
        found.expect(not ends_a_third_worker(server), "a run that ended two workers was given a third")
        found.expect(not list(server.log.parent.rglob("*.tmp*")), "temporary files are left")
        found.wrong += server.faults()
    found.figures |= {"deaths": len(kinds), "wrong": len(found.wrong)}
    found.goal("slowest next run s", round(percentile(recoveries, 1), 2), most=3)
    return found


if __name__ == "__main__":
    sys.exit(main("deaths", measure))
