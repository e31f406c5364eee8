"""500 clients who all want a run of their own at once: each is answered or told when to come back; health always is."""

import sys
import time
from collections import Counter
from itertools import count
from threading import Event, Thread

from tests.soak.support.clients import Clients, Reply, request_bytes
from tests.soak.support.connection import Connection
from tests.soak.support.figures import milliseconds
from tests.soak.support.program import Findings, main
from tests.soak.support.requests import TRACES, seeded
from tests.soak.support.server import soak_server

numbers = count()


class Health(Thread):
    """Asks for the health of a server all the while."""

    def __init__(self, port: int) -> None:
        super().__init__()
        self.seconds: list[float] = []
        self.wrong: list[str] = []
        self.stop = Event()
        self._connection = Connection(port)

    def run(self) -> None:
        while not self.stop.wait(0.02):
            began = time.perf_counter()
            status = self._connection.ask("GET", "/api/health").status
            self.seconds.append(time.perf_counter() - began)
            if status != 200:
                self.wrong.append(f"health was {status}")
        self._connection.close()


def wave(port: int, size: int, statuses: Counter[int], wrong: list[str]) -> None:
    """So many clients at once, each with one run."""
    left = dict.fromkeys(range(size), 1)

    def following(client: int) -> bytes | None:
        return request_bytes("POST", TRACES, seeded(next(numbers))) if left.pop(client, None) else None

    def take(client: int, reply: Reply) -> None:
        statuses[reply.status] += 1
        told = b"\r\nretry-after: " in reply.head.lower()
        if reply.status not in (200, 201) and not (reply.status == 503 and told):
            wrong.append(f"{reply.status} {reply.head[:200]!r}")

    Clients(port, size).run(following, take)


def measure(short: bool) -> Findings:
    found = Findings()
    size, waves = (80, 1) if short else (500, 20)
    statuses: Counter[int] = Counter()
    with soak_server(LSTM_LENS_WORKERS="2", LSTM_LENS_MAX_WAITING="4" if short else "32") as server:
        server.all_ready(3)
        health = Health(server.port)
        health.start()
        for _ in range(waves):
            wave(server.port, size, statuses, found.wrong)
        health.stop.set()
        health.join()
        found.wrong += health.wrong + server.faults()
    found.expect(statuses[201] and statuses[503], "none was answered, or none was sent away")
    found.figures |= {"clients": size, "answered": statuses[201] + statuses[200], "told to come back": statuses[503]}
    found.figures |= {"anything else": len(found.wrong)}
    found.goal("health p99 ms", milliseconds(health.seconds, 0.99), most=250)
    return found


if __name__ == "__main__":
    sys.exit(main("crowd", measure))
