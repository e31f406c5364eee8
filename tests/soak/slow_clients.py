"""500 clients whose headers and 100 whose bodies come a byte at a time, at the nginx that is shipped: do others notice?

Rounds with and without them take turns, so that whatever else the machine does meets both. A slow client that is cut
comes back at once.
"""

import sys
import time
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from tests.deploy.proxy import Proxy, proxying
from tests.deploy.slow import SlowCrowd
from tests.soak.support.figures import milliseconds
from tests.soak.support.program import Findings, main
from tests.soak.support.server import soak_server

RUN: dict[str, Any] = {"config": {"input_size": 2, "hidden_size": 8}}
#: Requests of one ordinary client, each from an address of its own, since their number is bounded for each.
REQUESTS = 20


class Round:
    """Ordinary clients one after another, each with a connection of its own."""

    def __init__(self, proxy: Proxy) -> None:
        self.seconds: list[float] = []
        self.wrong: list[str] = []
        self._proxy = proxy

    def run(self, seconds: float, first: int) -> int:
        """Ask for so long; the number of the next client."""
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            self._ask_as(first)
            first += 1
        return first

    def _ask_as(self, number: int) -> None:
        with self._proxy.client(number) as client:
            for k in range(REQUESTS):
                began = time.perf_counter()
                if k % 2:
                    reply = client.get("/")
                else:
                    reply = client.post(
                        "/api/traces", json=RUN | {"weights": {"kind": "seed", "seed": number * REQUESTS + k}}
                    )
                self.seconds.append(time.perf_counter() - began)
                if reply.status_code not in (200, 201):
                    self.wrong.append(f"{reply.request.method}: {reply.status_code} {reply.text[:200]}")


def measure(short: bool) -> Findings:
    found = Findings()
    rounds, seconds, headers, bodies = (1, 1.5, 50, 10) if short else (6, 15.0, 500, 100)
    with TemporaryDirectory(prefix="lstm-lens-soak-") as folder, soak_server(LSTM_LENS_WORKERS="2") as server:
        server.all_ready(3)
        with proxying(Path(folder), [server.port]) as proxy:
            quiet, crowded, number = Round(proxy), Round(proxy), 1000
            number = Round(proxy).run(seconds / 3, number)
            cut = 0
            for _ in range(rounds):
                number = quiet.run(seconds, number)
                with SlowCrowd(proxy, headers, bodies) as crowd:
                    number = crowded.run(seconds, number)
                cut += crowd.cut
        for fault in quiet.wrong + crowded.wrong:
            found.expect(False, fault)
        found.expect(not server.faults(), f"the server's log: {server.faults()[:3]}")
    ordinary, beside = milliseconds(quiet.seconds, 0.99), milliseconds(crowded.seconds, 0.99)
    found.figures |= {
        "requests": len(quiet.seconds) + len(crowded.seconds),
        "slow clients": headers + bodies,
        "cut": cut,
    }
    found.figures |= {"p99 quiet ms": ordinary, "p99 beside them ms": beside}
    found.goal("times the quiet p99", round(beside / ordinary, 2), most=2.0)
    if not short:
        found.goal("cut", cut, least=headers)
    return found


if __name__ == "__main__":
    sys.exit(main("slow_clients", measure))
