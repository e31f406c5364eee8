"""Bodies that no honest client sends, on every POST and PUT of the API, over connections that are kept.

First every body that has a name, then mutations of sound ones. The k-th mutation of a seed is the same every time.
"""

import json
import sys
from collections import Counter
from collections.abc import Iterator
from itertools import chain, cycle, islice
from random import Random
from threading import Thread
from typing import NamedTuple

from lstm_lens.web.routes.examples import trace_requests
from tests.readers.inputs.test_hostile import SEEDS
from tests.readers.weights.hostile_archives import ARCHIVES
from tests.readers.weights.hostile_hdf5 import HDF5
from tests.readers.weights.hostile_onnx import ONNX
from tests.readers.weights.hostile_safetensors import SAFETENSORS
from tests.readers.weights.mutate import damaged, mutation, text_damaged
from tests.soak.support.connection import Answer, Connection
from tests.soak.support.program import Findings, main
from tests.soak.support.server import SoakServer, soak_server
from tests.web.hostile import ILLEGAL, TOO_LARGE

MAX_REPLY = 16 * 1024
CLIENTS = 4
#: What such a body may be answered; 503 where as many runs wait as may wait.
ANSWERS = {200, 201, 204, 400, 404, 413, 415, 422, 503}


class Sent(NamedTuple):
    """One body and where it goes."""

    name: str
    method: str
    path: str
    content_type: str
    body: bytes


def doors(description: dict[str, dict[str, dict[str, object]]]) -> list[tuple[str, str]]:
    """Method and path of whatever takes a body."""
    return [
        (method.upper(), path)
        for path, methods in description["paths"].items()
        for method in methods
        if method in ("post", "put", "patch")
    ]


def named(method: str, path: str) -> Iterator[Sent]:
    """Every hostile body, of whatever kind, to one door."""
    texts = [(hostile.name, hostile.body, "application/json") for hostile in (*ILLEGAL, *TOO_LARGE)]
    archives = (*SAFETENSORS, *ARCHIVES, *HDF5, *ONNX)
    files = [(hostile.name, hostile.content, "application/octet-stream") for hostile in archives]
    files += [(f"input-{name}", body, "text/csv") for name, body in SEEDS.items()]
    for name, body, content_type in (*texts, *files):
        yield Sent(name, method, path, content_type, body)


def mutated(found: list[tuple[str, str]], seed: int) -> Iterator[Sent]:
    """Sound bodies, damaged, to one door after the other: mostly what belongs there, sometimes what does not."""
    random = Random(seed)  # noqa: S311 (no secret)
    requests = [json.dumps(example["value"]).encode() for example in trace_requests().values()]
    tables = list(SEEDS.values())
    for k, (method, path) in enumerate(cycle(found)):
        kind = path if random.random() < 0.9 else random.choice(found)[1]
        if kind == "/api/uploads":
            content_type, body = "application/octet-stream", mutation(k, seed)[1]
        elif kind.startswith("/api/inputs"):
            content_type, body = "application/octet-stream", damaged(random.choice(tables), random)
        else:
            damage = text_damaged if random.random() < 0.7 else damaged
            content_type, body = "application/json", damage(random.choice(requests), random)
        yield Sent(f"mutation {seed}.{k}", method, path, content_type, body)


def fault_of(answer: Answer) -> str:
    """What is wrong with an answer, or nothing."""
    if answer.status not in ANSWERS:
        return f"answered {answer.status}"
    if answer.status < 400:
        return ""
    if len(answer.body) > MAX_REPLY:
        return f"an error of {len(answer.body)} bytes"
    try:
        detail = json.loads(answer.body)["detail"]
    except (ValueError, KeyError, TypeError):
        return "an error of another shape"
    if not detail or any(set(item) - {"ctx"} != {"type", "loc", "msg"} for item in detail):
        return "an error of another shape"
    return ""


class Sender(Thread):
    """A client that sends its share over a connection that it keeps."""

    def __init__(self, port: int, sent: Iterator[Sent]) -> None:
        super().__init__()
        self.connection = Connection(port)
        self.statuses: Counter[int] = Counter()
        self.wrong: list[str] = []
        self._sent = sent

    def run(self) -> None:
        for sent in self._sent:
            before = self.connection.dropped
            answer = self.connection.ask(sent.method, sent.path, sent.body, Content_Type=sent.content_type)
            self.statuses[answer.status] += 1
            fault = fault_of(answer)
            if self.connection.dropped > before:
                fault = f"{fault or f'answered {answer.status}'}, and the connection dropped"
            if fault:
                self.wrong.append(f"{sent.name} to {sent.method} {sent.path}: {fault}")
        self.connection.close()


def send(server: SoakServer, sent: list[Sent]) -> Sender:
    """Everything, by some clients at once; what they found together."""
    senders = [Sender(server.port, islice(sent, start, None, CLIENTS)) for start in range(CLIENTS)]
    for sender in senders:
        sender.start()
    for sender in senders:
        sender.join()
    total = senders[0]
    for other in senders[1:]:
        total.statuses += other.statuses
        total.wrong += other.wrong
        total.connection.dropped += other.connection.dropped
    return total


def measure(short: bool) -> Findings:
    found = Findings()
    count = 100 if short else 50_000
    with soak_server(LSTM_LENS_PROFILE="public", LSTM_LENS_WORKERS="2") as server:
        ways = doors(server.ask("GET", "/openapi.json")[1])
        every = list(chain.from_iterable(named(*way) for way in ways))
        sent = send(server, every[:: 20 if short else 1])
        mutations = send(server, list(islice(mutated(ways, 0), count)))
        found.wrong += sent.wrong + mutations.wrong + server.faults()
        found.expect(server.process.poll() is None, "the server has ended")
    found.expect(len(every) >= 200 * len(ways), "the corpus has become small")
    statuses = sent.statuses + mutations.statuses
    found.figures |= {
        "named": sum(sent.statuses.values()),
        "mutated": sum(mutations.statuses.values()),
        "doors": len(ways),
        "answers": " ".join(f"{status}:{times}" for status, times in sorted(statuses.items())),
        "dropped": sent.connection.dropped + mutations.connection.dropped,
        "wrong": len(found.wrong),
    }
    return found


if __name__ == "__main__":
    sys.exit(main("bodies", measure))
