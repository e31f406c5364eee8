"""SIGTERM under load: first the server says that it is not ready, then it finishes what it has accepted, then it ends."""

import signal
import sys
import time
from itertools import count
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory
from threading import Thread
from typing import NamedTuple

from tests.soak.support.connection import Answer, Connection
from tests.soak.support.figures import percentile
from tests.soak.support.program import Findings, main
from tests.soak.support.requests import TRACES, seeded
from tests.soak.support.server import SoakServer, until

CLIENTS = 8
DRAIN = 2.0
#: Seconds before the end of the draining in which a request may meet a connection that is being closed.
MARGIN = 0.3
numbers = count()


class Asked(NamedTuple):
    """When something was asked, and what came."""

    at: float
    answer: Answer


class Client(Thread):
    """Asks for runs, most short, some of a second, until nobody listens any more."""

    def __init__(self, port: int) -> None:
        super().__init__()
        self.asked: list[Asked] = []
        self._port = port

    def run(self) -> None:
        connection = Connection(self._port)
        while True:
            number = next(numbers)
            request = seeded(number)
            if number % 4 == 0:
                config = {"input_size": 2, "hidden_size": 16, "num_layers": 2}
                request = {"config": config, "input": {"kind": "random", "seq_len": 20_000, "seed": number}}
            at = time.monotonic()
            try:
                self.asked.append(Asked(at, connection.post(TRACES, request)))
            except ConnectionRefusedError:
                return
            if not self.asked[-1].answer.status:
                connection.close()


def readiness(port: int) -> tuple[int, int]:
    """What new clients are told: of readiness, and of health."""
    connection = Connection(port, timeout=5)
    try:
        return connection.ask("GET", "/api/ready").status, connection.ask("GET", "/api/health").status
    finally:
        connection.close()


def broken(clients: list[Client], told: float) -> list[str]:
    """Replies that were cut, and requests that were accepted before the draining had ended and got none."""
    found = []
    for asked in (asked for client in clients for asked in client.asked):
        if asked.answer.status in (201, 503):
            continue
        accepted = asked.at < told + DRAIN - MARGIN
        if asked.answer.status or asked.answer.body or accepted:
            found.append(f"asked {asked.at - told:.2f} s after the signal: {asked.answer.status} {asked.answer.kind}")
    return found


def end_under_load(folder: Path, seconds: float, found: Findings) -> tuple[int, float]:
    """How many replies came whole in one round, and how long the server took to end."""
    server = SoakServer(folder, LSTM_LENS_WORKERS="2", LSTM_LENS_DRAIN_SECONDS=str(DRAIN), LSTM_LENS_MAX_WAITING="64")
    try:
        server.all_ready(3)
        found.expect(readiness(server.port) == (200, 200), "it is not ready before the signal")
        clients = [Client(server.port) for _ in range(CLIENTS)]
        for client in clients:
            client.start()
        time.sleep(seconds)
        told = time.monotonic()
        server.process.send_signal(signal.SIGTERM)
        time.sleep(DRAIN / 2)
        found.expect(readiness(server.port) == (503, 200), "while it drains it should be healthy and not ready")
        until(lambda: server.process.poll() is not None, 60)
        taken = time.monotonic() - told
        for client in clients:
            client.join()
        ended = server.process.returncode
        found.expect(ended in (0, -signal.SIGTERM), f"it ended with {ended}")
        found.wrong += broken(clients, told) + server.faults()
        return sum(asked.answer.status == 201 for client in clients for asked in client.asked), taken
    finally:
        server.kill()


def measure(short: bool) -> Findings:
    found = Findings()
    random = Random(0)  # noqa: S311 (no secret)
    rounds, replies, seconds = 1 if short else 20, 0, []
    for _ in range(rounds):
        with TemporaryDirectory() as folder:
            whole, taken = end_under_load(Path(folder), random.uniform(0.5, 3), found)
        replies += whole
        seconds.append(taken)
    found.figures |= {"rounds": rounds, "whole replies": replies, "broken": len(found.wrong)}
    found.goal("slowest exit s", round(percentile(seconds, 1), 1), most=16)
    return found


if __name__ == "__main__":
    sys.exit(main("shutdown", measure))
