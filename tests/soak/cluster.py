"""Every process of a cluster is killed, one after the other and again and again, while clients have runs computed.

Short runs, and long ones that nobody waits for, through the proxy; clients ask again where nobody answers or they are
told to. Each trace must have the bytes that a lone server gave it before.
"""

import os
import signal
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager, suppress
from hashlib import sha256
from pathlib import Path
from tempfile import TemporaryDirectory
from threading import Event
from time import monotonic
from typing import Any

from tests.cluster.running import PATIENCE, Client, Cluster, running
from tests.soak.support.program import Findings, main
from tests.soak.support.server import soak_server

#: The runs of the small form.
FEW = 18
#: Of the runs, one in so many is long.
LONG_EVERY = 3
CLIENTS = 6
#: Seconds between one death and the next.
PAUSE = 1.0
#: Each with whom must have come back before: one process is away at a time, of those that do the same.
VICTIMS = {
    "replica-1": "replica-2",
    "worker-1's child": "",
    "redis": "",
    "nginx": "redis",
    "worker-2": "worker-1",
    "replica-2": "replica-1",
    "worker-2's child": "",
    "worker-1": "worker-2",
}


def requests(count: int) -> list[tuple[dict[str, Any], bool]]:
    """Runs, no two the same, and whether each is long."""
    config = {"input_size": 4, "hidden_size": 16}
    found = []
    for seed in range(count):
        long = seed % LONG_EVERY == 0
        sizes = {"kind": "random", "seq_len": 100_000 if long else 200, "seed": seed}
        found.append(({"config": config, "input": sizes}, long))
    return found


def trace_of(client: Client, request: dict[str, Any], *, long: bool) -> str:
    """Have a run computed; the hash of its trace's file. Raises AssertionError for one that is lost."""
    if not long:
        reply = client.ask("POST", "/api/traces?encoding=base64", request)
        assert reply.status_code == 201, f"a short run was answered {reply.status_code}: {reply.text[:200]}"
        return sha256(client.file(reply.json()["id"])).hexdigest()
    deadline = monotonic() + PATIENCE
    while True:
        run_id = client.start(request)
        state = client.over(run_id)
        if state["status"] == "done":
            return sha256(client.file(run_id)).hexdigest()
        kinds = [problem["type"] for problem in state["detail"]]
        assert kinds == ["worker_died"], f"a long run has {state['status']}: {kinds}"  # twice: to be asked for again
        assert monotonic() < deadline, "a long run does not get done"


@contextmanager
def killing(cluster: Cluster) -> Iterator[list[str]]:
    """Kill one process after the other, as long as the block lasts; the names of those that were killed.

    Raises AssertionError afterwards where one did not come back.
    """
    over, killed = Event(), list[str]()

    def kill() -> None:
        while not over.is_set():
            victim = list(VICTIMS)[len(killed) % len(VICTIMS)]
            if VICTIMS[victim]:
                cluster.answers(VICTIMS[victim])
            _kill(cluster, victim)
            killed.append(victim)
            over.wait(PAUSE)

    with ThreadPoolExecutor(1) as pool:
        work = pool.submit(kill)
        try:
            yield killed
        finally:
            over.set()
    work.result()


def _kill(cluster: Cluster, victim: str) -> None:
    name, _, child = victim.partition("'")
    if not child:
        cluster.killed(name)
        return
    pid = cluster.workers_child(name)
    if pid is not None:
        with suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)


def computed(address: str, runs: list[tuple[dict[str, Any], bool]], clients: int) -> tuple[list[str], int]:
    """What became of each run: a hash, or why there is none; and how often somebody had to ask again."""

    def one(run: tuple[dict[str, Any], bool]) -> tuple[str, int]:
        with closing(Client(address)) as client:
            try:
                return trace_of(client, run[0], long=run[1]), client.again
            except AssertionError as error:
                return f"lost: {error}", client.again

    with ThreadPoolExecutor(clients) as pool:
        found = list(pool.map(one, runs))
    return [outcome for outcome, _ in found], sum(asked for _, asked in found)


def measure(short: bool) -> Findings:
    settings = {"LSTM_LENS_QUEUE_SECONDS": "0.2"}
    with TemporaryDirectory(prefix="lstm-lens-soak-") as folder, running(Path(folder), **settings) as cluster:
        return measured(cluster, FEW if short else 200)


def measured(cluster: Cluster, count: int) -> Findings:
    """What becomes of so many runs in a cluster whose processes are killed."""
    found = Findings()
    runs = requests(count)
    with soak_server(LSTM_LENS_MAX_WAITING="64") as lone:
        expected, _ = computed(f"http://127.0.0.1:{lone.port}", runs, 2)
    order = sorted(range(len(runs)), key=lambda k: sha256(str(k).encode()).digest())  # short and long ones mixed
    began = monotonic()
    with killing(cluster) as killed:
        outcomes, again = computed(cluster.page, [runs[k] for k in order], CLIENTS)
    seconds = monotonic() - began
    lost = [outcome for outcome in outcomes if outcome.startswith("lost")]
    wrong = sum(outcome != expected[k] for k, outcome in zip(order, outcomes, strict=True)) - len(lost)
    found.figures |= {"runs": len(runs), "kills": len(killed), "asked again": again, "seconds": round(seconds)}
    found.figures |= {"lost": len(lost), "wrong": wrong}
    found.expect(not any(outcome.startswith("lost") for outcome in expected), "the lone server lost a run")
    found.expect(not lost, f"{len(lost)} runs were lost: {lost[:3]}")
    found.expect(not wrong, f"{wrong} traces have other bytes than those of a lone server")
    found.expect(len(killed) > 1, "nothing was killed")
    found.goal("processes killed", len(set(killed)), least=len(VICTIMS))
    return found


if __name__ == "__main__":
    sys.exit(main("cluster", measure))
