"""Clients that hang up in the middle of a run: its worker computes no more soon after.

What the worker does is not asked of the server: it is the processor time that the kernel counts for it.
"""

import socket
import sys
import time
from itertools import count
from random import Random

from tests.soak.support import processes
from tests.soak.support.clients import request_bytes
from tests.soak.support.figures import percentile
from tests.soak.support.program import Findings, main
from tests.soak.support.requests import TRACES, seeded, slow
from tests.soak.support.server import SoakServer, everyday_server, until

SOON = 1.5
#: A worker that took no time for so long is idle.
STILL = 0.2
numbers = count()


def seconds_until_idle(server: SoakServer, after: float) -> float:
    """How long a worker goes on after its client has left, which is so long after it began."""
    before = processes.taken(server.process.pid)
    with socket.create_connection(("127.0.0.1", server.port)) as wire:
        wire.sendall(request_bytes("POST", TRACES, slow(next(numbers))))
        found: list[int | None] = []
        until(lambda: found.append(processes.computing(server.process.pid, before)) or found[-1], 120)
        time.sleep(after)
    left = time.monotonic()
    worker = found[-1]
    assert worker is not None
    last_seen, taken = left, processes.cpu_seconds(worker)
    while time.monotonic() - last_seen < STILL and time.monotonic() - left < 30:
        time.sleep(0.02)
        now = processes.cpu_seconds(worker)
        if now is None:  # it was ended, at this moment at the latest
            last_seen = time.monotonic()
            break
        if now > taken:
            last_seen, taken = time.monotonic(), now
    return last_seen - left


def measure(short: bool) -> Findings:
    found = Findings()
    random = Random(0)  # noqa: S311 (no secret)
    seconds: list[float] = []
    with everyday_server(short=short) as server:
        for _ in range(3 if short else 100):
            seconds.append(seconds_until_idle(server, random.uniform(0, 0.5)))
            status = server.ask("POST", "/api/traces", seeded(next(numbers)))[0]
            found.expect(status == 201, f"the next client is answered {status}")
        found.expect(not list(server.log.parent.rglob("*.tmp*")), "temporary files are left")
        found.wrong += server.faults()
    # a run takes six seconds and more: whoever goes on that long never noticed
    found.expect(max(seconds) < 4, "a run went on to its end")
    found.figures |= {"left": len(seconds), "idle in time": sum(taken <= SOON for taken in seconds)}
    found.goal("slowest s", round(percentile(seconds, 1), 2), most=SOON)
    return found


if __name__ == "__main__":
    sys.exit(main("leavers", measure))
