"""Memory: what is estimated before a run beside what it takes, and a server that must do with little.

The runs are random, each recorded by one process that is made for it and sent by another, as by a worker and by the
server: the peak is that of the one that takes more, beyond what such a process has anyhow. Then come hostile and sound
requests to a server with small limits; of memory that its processes share each counts its part.
"""

import sys
from collections import Counter
from itertools import islice
from random import Random
from statistics import median
from threading import Event, Thread
from typing import Any

from lstm_lens.schemas import TraceRequest
from tests.soak.bodies import Sent, doors, mutated, send
from tests.soak.support import processes
from tests.soak.support.figures import percentile
from tests.soak.support.peaks import ENCODINGS, Run, peak_of
from tests.soak.support.program import Findings, main
from tests.soak.support.server import soak_server

#: Estimates between which the random runs lie; of smaller ones the processes themselves are the most.
LEAST, MOST = 24 * 2**20, 256 * 2**20
BOUND_MIB = 1024


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


def estimates(count: int) -> list[tuple[float, Run]]:
    """By how much the estimate of each random run is above its peak."""
    random = Random(0)  # noqa: S311 (no secret)
    return [(ratio_of(run), run) for run in (random_run(random) for _ in range(count))]


def ratio_of(run: Run) -> float:
    """Thrice if it is out of bounds: pages of libraries that the kernel took away and gave back count as the run's."""
    ratio = run.estimated / peak_of(run)
    return ratio if 1 <= ratio <= 2 else median([ratio, *(run.estimated / peak_of(run) for _ in range(2))])


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


def sound_and_hostile(ways: list[tuple[str, str]], count: int) -> list[Sent]:
    """Half of them runs near the limits, half of them damaged bodies."""
    random = Random(1)  # noqa: S311 (no secret)
    hostile = list(islice(mutated(ways, 1), count))
    path = "/api/traces?encoding=base64"
    runs = [random_run(random).request.model_dump_json().encode() for _ in range(min(count, 100))]
    return [
        Sent(f"run {k}", "POST", path, "application/json", runs[k % len(runs)]) if k % 20 == 0 else body
        for k, body in enumerate(hostile)
    ]


def measure(short: bool) -> Findings:
    found = Findings()
    ratios = estimates(2 if short else 500)
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
