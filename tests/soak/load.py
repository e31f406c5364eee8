"""64 clients on the preset that the page opens on: how many requests a second, how long each, and are all right.

First a few seeds that many ask for, as when a class opens the page: most is answered from memory. Then seeds that are
all different, so that each is a run. The first body of a seed is compared with torch's own answer, the others with it.
"""

import json
import sys
import time
from itertools import count

import numpy as np
import pybase64
import torch

from tests.soak.support.clients import Clients, Reply, request_bytes
from tests.soak.support.figures import milliseconds
from tests.soak.support.program import Findings, main
from tests.soak.support.requests import TRACES, seeded
from tests.soak.support.server import SoakServer, everyday_server
from tests.web.test_random_configs import torch_call

CLIENTS = 64
SHARED = 16  # seeds that many ask for
FIRST_OWN = 1000
CHECKED = 50  # of the bodies of seeds of their own, how many are compared with torch


class Round:
    """So many seconds of requests, each for the next of some seeds."""

    def __init__(self, seconds: float, first: int, different: int | None) -> None:
        self.replies: list[float] = []
        self.bodies: dict[int, bytes] = {}
        self.wrong: list[str] = []
        self._numbers = count()
        self._seeds: dict[int, int] = {}
        self._seconds, self._first, self._different = seconds, first, different

    def run(self, server: SoakServer) -> None:
        clients = Clients(server.port, CLIENTS)
        self._began = time.monotonic()
        clients.run(self._next, self._take)
        self.seconds = time.monotonic() - self._began
        self.client_share = round(100 * clients.seconds / self.seconds)

    def _next(self, client: int) -> bytes | None:
        if time.monotonic() - self._began > self._seconds:
            return None
        number = next(self._numbers)
        seed = self._first + (number if self._different is None else number % self._different)
        self._seeds[client] = seed
        return request_bytes("POST", TRACES, seeded(seed))

    def _take(self, client: int, reply: Reply) -> None:
        seed = self._seeds[client]
        self.replies.append(reply.seconds)
        if reply.status != 201:
            self.wrong.append(f"seed {seed}: {reply.status} {reply.body[:200]!r}")
        elif seed not in self.bodies and (self._different or len(self.bodies) < CHECKED):
            self.bodies[seed] = reply.body
        elif self.bodies.get(seed, reply.body) != reply.body:
            self.wrong.append(f"seed {seed}: another body than before")


def as_torch_says(seed: int, body: bytes) -> bool:
    """Whether a body has the bits that torch answers."""
    request = {"dtype": "float32", **seeded(seed)}
    found = json.loads(body)["output"]
    values = np.frombuffer(pybase64.b64decode(found["bdata"]), dtype="<f4").reshape(found["shape"])
    return bool(np.array_equal(values, torch_call(request)[0].numpy()))


def measure(short: bool) -> Findings:
    found = Findings()
    seconds = 1.5 if short else 60.0
    torch.set_num_threads(1)
    with everyday_server(short=short) as server:
        shared, own = Round(seconds, 0, SHARED), Round(seconds / 2, FIRST_OWN, None)
        shared.run(server)
        own.run(server)
        found.wrong += server.faults()
    found.wrong += shared.wrong + own.wrong
    for seed, body in (shared.bodies | own.bodies).items():
        found.expect(as_torch_says(seed, body), f"seed {seed}: not what torch answers")
    found.goal("requests a second", round(len(shared.replies) / shared.seconds), least=300)
    found.goal("p99 ms", milliseconds(shared.replies, 0.99), most=500)
    runs = len(shared.bodies)
    found.figures |= {
        "from memory %": round(100 - 100 * runs / len(shared.replies), 2),
        "of a core for the clients %": shared.client_share,
        "all different: a second": round(len(own.replies) / own.seconds),
        "all different: p99 ms": milliseconds(own.replies, 0.99),
        "wrong": len(found.wrong),
    }
    return found


if __name__ == "__main__":
    sys.exit(main("load", measure))
