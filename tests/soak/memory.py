"""Memory: what is estimated before a run beside what it takes, and a server that must do with little.

The runs are random, each recorded in one process that is forked for it and sent by another, as by a worker and by the
server: the peak is that of the one that takes more, beyond what such a process has anyhow. Then come hostile and sound
requests to a server with small limits; of memory that its processes share each counts its part.
"""

import ctypes
import os
import sys
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from itertools import islice
from pathlib import Path
from random import Random
from statistics import median
from tempfile import TemporaryDirectory
from threading import Event, Thread
from typing import Any

import torch

from app.computing import Work, compute
from app.limits import cost_of, is_streamed
from app.lstm.cost import Sent
from app.lstm.storage import read
from app.reply import trace_body
from app.schemas import Encoding, TraceRequest, Window
from app.tracing import canonical
from tests.soak.bodies import Sent as SentBody
from tests.soak.bodies import doors, mutated, send
from tests.soak.support import processes
from tests.soak.support.figures import percentile
from tests.soak.support.program import Findings, main
from tests.soak.support.server import soak_server

#: Estimates between which the random runs lie; of smaller ones the processes themselves are the most.
LEAST, MOST = 24 * 2**20, 256 * 2**20
BOUND_MIB = 1024
ENCODINGS: dict[Sent, Encoding | None] = {"list": Encoding.LIST, "base64": Encoding.BASE64, "nothing": None}


@dataclass(frozen=True)
class Run:
    """A request, and how it is to be answered."""

    request: TraceRequest
    sent: Sent

    @property
    def estimated(self) -> int:
        return cost_of(self.request, self.sent).memory

    def record(self, path: Path) -> None:
        """What a worker does."""
        metadata = {"request": canonical(self.request).decode()}
        path.unlink(missing_ok=True)
        compute(Work(self.request, None, metadata, is_streamed(self.request), "cpu", 1), path)

    def send(self, path: Path) -> None:
        """What the server does with it, as far as it is memory that counts."""
        encoding = ENCODINGS[self.sent]
        if encoding is not None:
            trace, found = read(path)
            trace_body("0" * 32, trace, found, Window(encoding=encoding))


def random_run(random: Random) -> Run:
    """Any run whose estimate is within the bounds."""
    while True:
        hidden_size = round(10 ** random.uniform(0.3, 2.7))
        config = {
            "input_size": round(10 ** random.uniform(0, 2.5)),
            "hidden_size": hidden_size,
            "proj_size": random.choice([0, 0, 0, random.randrange(hidden_size)]),
            "num_layers": random.choice([1, 1, 2, 3, 4]),
            "bidirectional": random.random() < 0.4,
            "dropout": random.choice([0.0, 0.2]),
        }
        source = {"kind": "random", "seed": random.randrange(1000)}
        source |= {"seq_len": round(10 ** random.uniform(1, 4.5)), "batch_size": round(10 ** random.uniform(0, 1.8))}
        body: dict[str, Any] = {"config": config, "input": source, "training": random.random() < 0.3}
        body["dtype"] = random.choice(["float32", "float64"])
        run = Run(TraceRequest.model_validate(body), random.choice(list(ENCODINGS)))
        timesteps = source["seq_len"] * config["num_layers"]
        if LEAST < run.estimated < MOST and timesteps * hidden_size**2 < 2 * 10**9:  # some seconds at most
            return run


def peak_of(work: Callable[[], object], before: Callable[[], object]) -> int:
    """Bytes that a process of its own takes at most for `work`, beyond what it has after `before`."""
    reading, writing = os.pipe()
    pid = os.fork()
    if pid == 0:
        try:
            before()
            ctypes.CDLL(None).malloc_trim(
                0
            )  # what the process that it was forked from has left over would be used first
            Path("/proc/self/clear_refs").write_text("5")  # forget the peak so far
            base = processes.status_kib(os.getpid(), "VmRSS")
            work()
            os.write(writing, str(processes.status_kib(os.getpid(), "VmHWM") - base).encode())
        finally:
            os._exit(0)
    os.close(writing)
    with os.fdopen(reading) as told:
        answer = told.read()
    os.waitpid(pid, 0)
    assert answer, "the run ended its process"
    return int(answer) * 1024


def estimates(count: int) -> list[tuple[float, Run]]:
    """By how much the estimate of each random run is above its peak."""
    torch.set_num_threads(1)
    random = Random(0)  # noqa: S311 (no secret)
    small = {"config": {"input_size": 2, "hidden_size": 4, "num_layers": 2, "bidirectional": True}}
    warm = [Run(TraceRequest.model_validate(small), sent) for sent in ENCODINGS]
    found = []
    with TemporaryDirectory() as name:
        path = Path(name) / "trace.safetensors"

        def warm_up() -> None:
            for run in warm:
                run.record(Path(name) / "warm")
                run.send(Path(name) / "warm")

        def ratio_of(run: Run) -> float:
            peak = max(peak_of(partial(step, path), warm_up) for step in (run.record, run.send))
            return run.estimated / max(1, peak)

        for _ in range(count):
            run = random_run(random)
            ratio = ratio_of(run)
            if not 1 <= ratio <= 2:  # pages of libraries that the kernel took away and gave back count as the run's
                ratio = median([ratio, ratio_of(run), ratio_of(run)])
            found.append((ratio, run))
    return found


class Memory(Thread):
    """The most that a server and its workers had at the same time, in MiB."""

    def __init__(self, server: int) -> None:
        super().__init__()
        self.most = 0.0
        self.stop = Event()
        self._server = server

    def run(self) -> None:
        while not self.stop.wait(0.1):
            kib = sum(map(processes.shared_fairly_kib, processes.family(self._server)))
            self.most = max(self.most, kib / 1024)


def sound_and_hostile(ways: list[tuple[str, str]], count: int) -> list[SentBody]:
    """Half of them runs near the limits, half of them damaged bodies."""
    random = Random(1)  # noqa: S311 (no secret)
    hostile = list(islice(mutated(ways, 1), count))
    path = "/api/traces?encoding=base64"
    runs = [random_run(random).request.model_dump_json().encode() for _ in range(min(count, 100))]
    return [
        SentBody(f"run {k}", "POST", path, "application/json", runs[k % len(runs)]) if k % 20 == 0 else body
        for k, body in enumerate(hostile)
    ]


def measure(short: bool) -> Findings:
    found = Findings()
    ratios = estimates(4 if short else 500)
    for ratio, run in ratios:
        described = f"{run.request.config} {run.request.input} {run.request.dtype} {run.sent}"
        found.expect(ratio >= 1, f"estimate {ratio:.2f} of the peak: {described}")
        if not short:  # which may stand in the middle of a process that has done much else
            found.expect(ratio <= 2, f"estimate {ratio:.2f} times the peak: {described}")
    statuses: Counter[int] = Counter()
    settings = {"LSTM_LENS_PROFILE": "public", "LSTM_LENS_WORKERS": "2", "LSTM_LENS_MAX_TRACE_BYTES": str(MOST)}
    with soak_server(**settings, LSTM_LENS_MAX_STORE_BYTES=str(2**30)) as server:
        memory = Memory(server.process.pid)
        memory.start()
        ways = doors(server.ask("GET", "/openapi.json")[1])
        sent = send(server, sound_and_hostile(ways, 100 if short else 10_000))
        memory.stop.set()
        memory.join()
        statuses += sent.statuses
        found.wrong += sent.wrong + server.faults()
        found.expect(server.process.poll() is None, "the server has ended")
    found.figures |= {"runs": len(ratios), "least": round(min(ratios, key=lambda r: r[0])[0], 2)}
    found.figures["median"] = round(percentile([ratio for ratio, _ in ratios], 0.5), 2)
    found.figures["most"] = round(max(ratios, key=lambda r: r[0])[0], 2)
    found.figures["answers"] = " ".join(f"{status}:{times}" for status, times in sorted(statuses.items()))
    found.goal("MiB at most", round(memory.most), most=BOUND_MIB)
    return found


if __name__ == "__main__":
    sys.exit(main("memory", measure))
